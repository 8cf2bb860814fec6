package attest

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// cut takes a member out of a JSON object: head is the object with something empty of the same kind in its place, and
// value what was there, or nil. Value is a part of text: evidence of a large run has tens of megabytes, and each copy
// counts. An object that is not UTF-8 throughout, or has a name twice at any depth, is an error.
func cut(text []byte, member string, empty jsontext.Value) (head []byte, value jsontext.Value, err error) {
	head = text
	d := jsontext.NewDecoder(bytes.NewBuffer(text))
	if d.PeekKind() != jsontext.KindBeginObject {
		_, err = d.ReadValue()
		return head, nil, err
	}
	_, err = d.ReadToken()
	for err == nil && d.PeekKind() != jsontext.KindEndObject {
		var name jsontext.Token
		if name, err = d.ReadToken(); err != nil {
			break
		}
		is := name.String() == member
		var v jsontext.Value
		v, err = d.ReadValue()
		if to := int(d.InputOffset()); err == nil && is && v.Kind() == empty.Kind() {
			value = text[to-len(v) : to]
			head = slices.Concat(text[:to-len(v)], empty, text[to:])
		}
	}
	return head, value, err
}
