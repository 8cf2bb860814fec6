package service

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// pathPattern is a path into a JSON answer: names with dots between, and indices.
var pathPattern = regexp.MustCompile(`^[^.\[\]\s]+(\[[0-9]+\])*(\.[^.\[\]\s]+(\[[0-9]+\])*)*$`)

// CheckJSONPath refuses a path that could find nothing.
func CheckJSONPath(path string) error {
	if !pathPattern.MatchString(path) {
		return fmt.Errorf("%q is no path into JSON (such as status, config.name or items[0].id)", path)
	}
	return nil
}

// steps are a path's names and indices.
func steps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

// at finds the value at a path, as text: a string as it is, anything else as JSON writes it.
func at(document any, path []string) (string, bool) {
	for _, step := range path {
		switch v := document.(type) {
		case map[string]any:
			next, ok := v[step]
			if !ok {
				return "", false
			}
			document = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return "", false
			}
			document = v[i]
		default:
			return "", false
		}
	}
	if s, ok := document.(string); ok {
		return s, true
	}
	text, err := json.Marshal(document)
	return string(text), err == nil
}

// expectation is which answer is right.
type expectation struct {
	status []int
	values []value
}

type value struct {
	path []string
	want words
}

func (e expectation) statusFits(status int) bool {
	if len(e.status) == 0 {
		return status >= 200 && status <= 299
	}
	return slices.Contains(e.status, status)
}

// bodyFits holds an answer's body against what is expected at each path.
func (e expectation) bodyFits(body []byte, o operation) bool {
	if len(e.values) == 0 {
		return true
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var document any
	if decoder.Decode(&document) != nil {
		return false
	}
	for _, v := range e.values {
		want, err := v.want.fill(o)
		got, found := at(document, v.path)
		if err != nil || !found || got != want {
			return false
		}
	}
	return true
}
