package signoff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// difference is a place in two JSON documents that is not the same in both.
type difference struct{ path, a, b string }

// closeEnough is how far two numbers may be apart, as a share of the larger: processors differ in the last digits of a
// sum, as those that multiply and add at once do.
const closeEnough = 1e-9

// differences compares two values by what they are in JSON. Numbers may differ in their last digits.
func differences(a, b any) ([]difference, error) {
	left, err := textOf(a)
	if err != nil {
		return nil, err
	}
	right, err := textOf(b)
	if err != nil {
		return nil, err
	}
	var c comparison
	err = c.compare("", left, right)
	return c.all, err
}

// textOf is a value in JSON. What is JSON already is not copied.
func textOf(v any) (jsontext.Value, error) {
	if text, is := v.(json.RawMessage); is && len(text) > 0 {
		return bytes.TrimSpace(text), nil
	}
	return json.Marshal(v)
}

// textOfSize is json.Marshal into a buffer of the size that the text should have: json.Marshal takes four times as much
// of a long one, while its buffer grows.
func textOfSize(v any, size int) (json.RawMessage, error) {
	var text bytes.Buffer
	text.Grow(size + size/2) // a buffer that is nearly full grows, too
	err := jsonv2.MarshalWrite(&text, v, jsonv1.DefaultOptionsV1())
	return text.Bytes(), err
}

type comparison struct{ all []difference }

// compare goes only into what is not the same to the byte, which is nothing of a run that was judged by this version on
// such a machine.
func (c *comparison) compare(path string, a, b jsontext.Value) error {
	if bytes.Equal(a, b) {
		return nil
	}
	if a.Kind() == b.Kind() {
		switch a.Kind() {
		case jsontext.KindBeginObject:
			return c.objects(path, a, b)
		case jsontext.KindBeginArray:
			if alike, err := c.lists(path, a, b); alike || err != nil {
				return err
			}
		case jsontext.KindNumber:
			if same(json.Number(a), json.Number(b)) {
				return nil
			}
		case jsontext.KindString:
			if textIn(a) == textIn(b) {
				return nil
			}
		default: // a literal, which has one form
		}
	}
	c.all = append(c.all, difference{path, shown(a), shown(b)})
	return nil
}

// lists compares lists of the same length; others are not alike.
func (c *comparison) lists(path string, a, b jsontext.Value) (alike bool, err error) {
	_, left, err := parts(a)
	if err != nil {
		return false, err
	}
	_, right, err := parts(b)
	if err != nil || len(left) != len(right) {
		return false, err
	}
	for i := range left {
		if bytes.Equal(left[i], right[i]) {
			continue // its name costs time
		}
		if err := c.compare(path+at(i, left[i]), left[i], right[i]); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (c *comparison) objects(path string, a, b jsontext.Value) error {
	left, err := fieldsOf(a)
	if err != nil {
		return err
	}
	right, err := fieldsOf(b)
	if err != nil {
		return err
	}
	all := maps.Clone(left)
	maps.Copy(all, right)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		inA, inB := left[name], right[name]
		to := name
		if path != "" {
			to = path + "." + name
		}
		switch {
		case inA == nil:
			c.all = append(c.all, difference{to, "nothing", shown(inB)})
		case inB == nil:
			c.all = append(c.all, difference{to, shown(inA), "nothing"})
		default:
			if err := c.compare(to, inA, inB); err != nil {
				return err
			}
		}
	}
	return nil
}

// parts are an object's members, or a list's elements. They are pieces of the text itself: a copy at each level of a
// large summary would take its size as often as it is deep.
func parts(whole jsontext.Value) (names []string, values []jsontext.Value, err error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(whole))
	_, err = d.ReadToken()
	for err == nil && d.PeekKind() != jsontext.KindEndObject && d.PeekKind() != jsontext.KindEndArray {
		var v jsontext.Value
		if v, err = d.ReadValue(); err != nil {
			break
		}
		if end := int(d.InputOffset()); whole.Kind() == jsontext.KindBeginObject && len(names) == len(values) {
			names = append(names, textIn(v))
		} else {
			values = append(values, whole[end-len(v):end])
		}
	}
	return names, values, err
}

func fieldsOf(object jsontext.Value) (map[string]jsontext.Value, error) {
	names, values, err := parts(object)
	fields := make(map[string]jsontext.Value, len(names))
	for i, name := range names {
		fields[name] = values[i]
	}
	return fields, err
}

// at names an element of a list: by its name where it has one.
func at(i int, element jsontext.Value) string {
	if element.Kind() == jsontext.KindBeginObject {
		if fields, err := fieldsOf(element); err == nil && fields["name"].Kind() == jsontext.KindString {
			return "[" + textIn(fields["name"]) + "]"
		}
	}
	return "[" + strconv.Itoa(i) + "]"
}

// textIn is the text that a string holds.
func textIn(s jsontext.Value) string {
	text, err := jsontext.AppendUnquote(nil, s)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func same(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, errX := a.Float64()
	y, errY := b.Float64()
	return errX == nil && errY == nil && math.Abs(x-y) <= closeEnough*max(math.Abs(x), math.Abs(y)) && !whole(a, b)
}

// whole tells whether both are integers: those have no last digits.
func whole(a, b json.Number) bool {
	return !bytes.ContainsAny([]byte(a+b), ".eE")
}

// mostShown is how much of a value is shown.
const mostShown = 60

func shown(v jsontext.Value) string {
	list := v.Kind() == jsontext.KindBeginArray
	if list || v.Kind() == jsontext.KindBeginObject {
		_, values, err := parts(v)
		switch {
		case err != nil:
			return err.Error()
		case list:
			return fmt.Sprintf("a list of %d", len(values))
		}
		return fmt.Sprintf("%d fields", len(values))
	}
	if len(v) > mostShown {
		return string(bytes.ToValidUTF8(v[:mostShown], nil)) + "..."
	}
	return string(v)
}
