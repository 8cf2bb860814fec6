// Package jsonfile reads JSON files that a program wrote and that anything may have happened to since: strictly, as
// package document reads what people write. Every problem is reported with file, line, column and field.
//
// encoding/json alone names no line, and takes a missing field for a zero.
package jsonfile

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"

	"aftershock/internal/problem"
)

// Report takes a problem of the value that a path leads to, as "runs[0].figures[2].n" does.
type Report func(path, format string, args ...any)

// Read reads a whole file into a struct. It may hold no field that the struct lacks, and must hold those that are
// always written. What else must be true is for check to say, which may be nil: it reports what is not. All problems
// of a file are reported together, by a *problem.Problem each.
//
// A check should notice zeroes where there are none in a sound file: one that it passes is not searched for fields that
// are missing, because the places of everything take ten times as long to find as the values.
func Read[T any](name string, data []byte, check func(*T, Report)) (T, error) {
	var into, none T
	if err := decode(data, &into); err == nil && sound(&into, check) {
		return into, nil
	}
	list := problem.NewList(name, string(data))
	root, ok := parse(list, data)
	if !ok {
		return none, list.Err()
	}
	in := inspector{list: list, data: data}
	in.value("", root, reflect.TypeFor[T]())
	if err := list.Err(); err != nil {
		return none, err
	}
	into = none
	if err := json.Unmarshal(data, &into); err != nil {
		in.addf(root, "", "%v", err)
		return none, list.Err()
	}
	if check != nil {
		check(&into, func(path, format string, args ...any) { in.addf(root.find(path), path, format, args...) })
	}
	if err := list.Err(); err != nil {
		return none, err
	}
	return into, nil
}

// decode takes one value and nothing after it.
func decode(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// sound tells whether a check reports nothing.
func sound[T any](value *T, check func(*T, Report)) bool {
	if check == nil {
		return false // nothing would notice a missing field
	}
	yes := true
	check(value, func(string, string, ...any) { yes = false })
	return yes
}
