package jsonfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"aftershock/internal/problem"
)

// node is a value of the file and where it begins.
type node struct {
	at     int // byte
	token  json.Token
	fields []field // of an object
	items  []*node // of a list
}

type field struct {
	name  string
	at    int
	value *node
}

// deepest is how many values may lie within each other.
const deepest = 64

// parser makes the tree. The decoder says where a token ends; where the next begins is found from there.
type parser struct {
	decoder *json.Decoder
	data    []byte
}

// parse gives the root, and reports what is no JSON.
func parse(list *problem.List, data []byte) (*node, bool) {
	p := parser{json.NewDecoder(bytes.NewReader(data)), data}
	p.decoder.UseNumber()
	root, err := p.value(0)
	if err == nil {
		if at := p.next(); at < len(data) {
			report(list, data, at, "more follows after the end of the value")
			return nil, false
		}
		return root, true
	}
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		report(list, data, len(bytes.TrimRight(data, " \t\r\n")), "the file is truncated: it ends within a value")
	case errors.As(err, &syntax):
		report(list, data, int(syntax.Offset)-1, "not JSON: "+syntax.Error())
	default:
		report(list, data, p.next(), "not JSON: "+err.Error())
	}
	return nil, false
}

// next is where the next token begins.
func (p parser) next() int {
	at := int(p.decoder.InputOffset())
	for at < len(p.data) && strings.IndexByte(" \t\r\n,:", p.data[at]) >= 0 {
		at++
	}
	return at
}

func (p parser) value(depth int) (*node, error) {
	if depth > deepest {
		return nil, fmt.Errorf("values lie more than %d deep within each other", deepest)
	}
	n := &node{at: p.next()}
	var err error
	if n.token, err = p.decoder.Token(); err != nil {
		return nil, err
	}
	switch n.token {
	case json.Delim('{'):
		err = p.object(n, depth)
	case json.Delim('['):
		err = p.list(n, depth)
	}
	return n, err
}

func (p parser) object(n *node, depth int) error {
	for p.decoder.More() {
		f := field{at: p.next()}
		name, err := p.decoder.Token()
		if err != nil {
			return err
		}
		f.name, _ = name.(string)
		if f.value, err = p.value(depth + 1); err != nil {
			return err
		}
		n.fields = append(n.fields, f)
	}
	_, err := p.decoder.Token()
	return err
}

func (p parser) list(n *node, depth int) error {
	for p.decoder.More() {
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	_, err := p.decoder.Token()
	return err
}

// find is the node that a path leads to, or the last one on the way there.
func (n *node) find(path string) *node {
	name, rest, _ := strings.Cut(path, ".")
	name, index, _ := strings.Cut(name, "[")
	for _, f := range n.fields {
		if f.name != name {
			continue
		}
		found := f.value
		if i, err := strconv.Atoi(strings.TrimSuffix(index, "]")); err == nil && i < len(found.items) {
			found = found.items[i]
		}
		if rest == "" {
			return found
		}
		return found.find(rest)
	}
	return n
}

// report adds a problem at a byte.
func report(list *problem.List, data []byte, at int, message string) {
	at = min(max(at, 0), len(data))
	line := 1 + bytes.Count(data[:at], []byte{'\n'})
	column := 1 + utf8.RuneCount(data[bytes.LastIndexByte(data[:at], '\n')+1:at])
	list.Addf(line, column, "%s", message)
}
