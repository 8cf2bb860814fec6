package jsonfile

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/nearest"
	"aftershock/internal/problem"
)

// inspector holds values against the types that they are read into.
type inspector struct {
	list *problem.List
	data []byte
}

// addf reports a problem of a value, whose path begins the message.
func (in inspector) addf(n *node, path, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if path != "" {
		message = path + ": " + message
	}
	report(in.list, in.data, n.at, message)
}

func (in inspector) value(path string, n *node, of reflect.Type) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch {
	case of == reflect.TypeFor[time.Time]():
		in.time(path, n)
	case of == reflect.TypeFor[json.RawMessage]():
	case of.Kind() == reflect.Struct:
		in.object(path, n, of)
	case of.Kind() == reflect.Slice:
		in.items(path, n, of)
	default:
		in.scalar(path, n, of)
	}
}

func (in inspector) time(path string, n *node) {
	text, ok := n.token.(string)
	if _, err := time.Parse(time.RFC3339Nano, text); !ok || err != nil {
		in.addf(n, path, "is %s (allowed: a time such as 2026-03-01T02:00:00Z)", kind(n))
	}
}

func (in inspector) object(path string, n *node, of reflect.Type) {
	if n.token != json.Delim('{') {
		in.addf(n, path, "is %s (allowed: an object)", kind(n))
		return
	}
	known := fieldsOf(of)
	var names []string
	for _, f := range known {
		names = append(names, f.name)
	}
	seen := map[string]bool{}
	for _, f := range n.fields {
		at := join(path, f.name)
		switch i := indexOf(known, f.name); {
		case i < 0:
			in.addf(&node{at: f.at}, path, "%v", nearest.Unknown("field", f.name, names))
		case seen[f.name]:
			in.addf(&node{at: f.at}, at, "is there twice")
		default:
			in.value(at, f.value, known[i].of)
		}
		seen[f.name] = true
	}
	for _, f := range known {
		if !seen[f.name] && f.required {
			in.addf(n, join(path, f.name), "is missing")
		}
	}
}

func (in inspector) items(path string, n *node, of reflect.Type) {
	switch n.token {
	case json.Delim('['):
		for i, item := range n.items {
			in.value(path+"["+strconv.Itoa(i)+"]", item, of.Elem())
		}
	case nil: // null is an empty list
	default:
		in.addf(n, path, "is %s (allowed: a list)", kind(n))
	}
}

func (in inspector) scalar(path string, n *node, of reflect.Type) {
	text, err := json.Marshal(n.token)
	if _, delimiter := n.token.(json.Delim); delimiter || n.token == nil || err != nil {
		in.addf(n, path, "is %s (allowed: %s)", kind(n), allowed(of))
		return
	}
	if err := json.Unmarshal(text, reflect.New(of).Interface()); err != nil {
		in.addf(n, path, "is %s (allowed: %s)", kind(n), allowed(of))
	}
}

// kind says what a value is, and of a short one which.
func kind(n *node) string {
	switch t := n.token.(type) {
	case json.Delim:
		if t == '{' {
			return "an object"
		}
		return "a list"
	case string:
		return strconv.QuoteToGraphic(t[:min(len(t), 60)])
	case nil:
		return "null"
	default:
		return fmt.Sprint(t)
	}
}

func allowed(of reflect.Type) string {
	switch {
	case of.Kind() == reflect.String:
		return "a text"
	case of.Kind() == reflect.Bool:
		return "true or false"
	case of.Kind() == reflect.Float64:
		return "a number"
	case reflect.New(of).Elem().CanInt():
		return "a whole number"
	case reflect.New(of).Elem().CanUint():
		return "a whole number from 0"
	}
	return of.String()
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

// typed is a field of a struct as JSON has it.
type typed struct {
	name     string
	of       reflect.Type
	required bool
}

func fieldsOf(of reflect.Type) (all []typed) {
	for f := range of.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			all = append(all, fieldsOf(f.Type)...)
		case f.IsExported() && name != "-":
			all = append(all, typed{name: name, of: f.Type, required: options == ""})
		}
	}
	return all
}

func indexOf(all []typed, name string) int {
	for i, f := range all {
		if f.name == name {
			return i
		}
	}
	return -1
}
