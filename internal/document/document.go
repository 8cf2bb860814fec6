// Package document reads the YAML files that people write for us, strictly: nothing is guessed, defaulted or ignored.
// Every problem is reported with its place, all those of a file together, and names what would be allowed.
//
// A file is read from its root downwards: a Value is a part of it that is not read yet, and a reader that finds
// something else than it was asked for reports that and returns a zero value, so that reading goes on to the next
// problem.
package document

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"aftershock/internal/nearest"
	"aftershock/internal/problem"
)

// Largest bounds a file in bytes, and so how deep it can nest: the YAML parser recurses, and its time grows with a high
// power of the depth (20 s for 64 KiB of open brackets).
const Largest = 16 << 10

// IsPath tells the path of a file from the name of one that is shipped: it holds a slash, or ends as YAML files do.
func IsPath(nameOrPath string) bool {
	return strings.Contains(nameOrPath, "/") || strings.HasSuffix(nameOrPath, ".yaml") || strings.HasSuffix(nameOrPath, ".yml")
}

// The YAML library decodes into structs as well, but stops at the first problem and does not name what it would allow.
// So its parser is used, and the tree is read here.

// Parse gives the root of a YAML file; false if it has none, and then a problem in the list says why. The root is
// called by what the file is, such as "scenario", in messages.
func Parse(list *problem.List, what string, source []byte) (Value, bool) {
	root := Value{list: list, name: what}
	switch {
	case len(source) > Largest:
		list.Addf(1, 1, "the file has %d bytes; a %s has at most %d", len(source), what, Largest)
		return root, false
	case !utf8.Valid(source):
		list.Addf(1, 1, "the file is not UTF-8 text")
		return root, false
	}
	// With CRLF the library counts a line too many for each comment, and a byte order mark becomes part of the first name.
	file, err := parser.ParseBytes([]byte(problem.Plain(string(source))), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		addSyntax(list, err)
		return root, false
	}
	bodies := slices.DeleteFunc(file.Docs, func(d *ast.DocumentNode) bool { return d.Body == nil || directive(list, d.Body) })
	switch {
	case len(bodies) == 0:
		list.Addf(1, 1, "the file is empty")
		return root, false
	case len(bodies) > 1:
		root.node = bodies[1].Body
		root.Addf("holds more than one YAML document")
		return root, false
	}
	root.node = bodies[0].Body
	return root, true
}

// directive tells whether a node is what may stand before a document, such as %YAML 1.2, and refuses those that would change
// what the document says.
func directive(list *problem.List, node ast.Node) bool {
	d, ok := node.(*ast.DirectiveNode)
	if !ok {
		return false
	}
	if text := strings.Join(strings.Fields(d.String()), " "); text != "%YAML 1.1" && text != "%YAML 1.2" {
		line, column := place(d)
		list.Addf(line, column, "directive %q is not read (allowed: %%YAML 1.1, %%YAML 1.2)", text)
	}
	return true
}

func addSyntax(list *problem.List, err error) {
	var located yaml.Error
	if !errors.As(err, &located) || located.GetToken() == nil {
		list.Addf(1, 1, "not YAML: %v", err)
		return
	}
	at := located.GetToken().Position
	list.Addf(at.Line, at.Column, "not YAML: %s", located.GetMessage())
}

// Value is a part of the file: what it is called in messages, its node, and its key's node if it has a key. A value
// without a node is missing, which was reported if it was required; its readers report nothing more.
type Value struct {
	list *problem.List
	name string
	node ast.Node
	key  ast.Node
}

// Addf reports a problem at the value's place; the message begins with the value's name.
func (v Value) Addf(format string, args ...any) {
	line, column := place(v.node)
	v.list.Addf(line, column, "%s: %s", v.name, fmt.Sprintf(format, args...))
}

// Given tells whether the file has the value at all: an optional field may be missing.
func (v Value) Given() bool { return v.node != nil }

// To is the same value, whose problems go to another list of the same file: for what is found out only after the file
// was read, when its own list has been closed.
func (v Value) To(list *problem.List) Value {
	v.list = list
	return v
}

// Line is where the value begins, from 1.
func (v Value) Line() int {
	line, _ := place(v.node)
	return line
}

// place is where a node begins; a missing one has none, and is put at the file's. The token of a block mapping is its
// first colon.
func place(node ast.Node) (line, column int) {
	if node == nil {
		return 1, 1
	}
	if m, ok := node.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		node = m.Values[0].Key
	}
	t := node.GetToken()
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}

// Object is a mapping whose fields are known: it holds each of them, given or not.
type Object map[string]Value

// Object reads a mapping that must have the required fields and may have the optional ones. A field whose name is
// misspelt is reported once, and read as the one that was meant: that it is lacking, and what follows from that,
// would be false.
func (v Value) Object(required, optional []string) (Object, bool) {
	allowed := slices.Concat(required, optional)
	o := Object{}
	for _, name := range allowed {
		o[name] = Value{list: v.list, name: name}
	}
	entries, ok := v.Entries()
	if !ok {
		return o, false
	}
	var unknown []Entry
	for _, e := range entries {
		switch known, found := o[e.Name]; {
		case !found:
			unknown = append(unknown, e)
		case known.node != nil:
			e.Key.Addf("is given twice, first in line %d", known.Line())
		default:
			o[e.Name] = e.Value
		}
	}
	for _, e := range unknown {
		e.Key.name = v.name
		e.Key.Addf("%v", nearest.Unknown("field", e.Name, allowed))
		if meant := nearest.Match(e.Name, allowed); meant != "" && o[meant].node == nil {
			e.Value.name = meant
			o[meant] = e.Value
		}
	}
	if len(entries) < len(v.node.(*ast.MappingNode).Values) {
		return o, true // one whose name cannot be read may be the one that is lacking
	}
	whole := v
	if v.key != nil {
		whole.node = v.key
	}
	for _, name := range required {
		if o[name].node == nil {
			whole.Addf("lacks %s (fields: %s)", name, strings.Join(allowed, ", "))
		}
	}
	return o, true
}

// Field is the first field of this name, missing when there is none or the value is no mapping. It reports nothing: it
// is for the one field that says which others there are, before Object reads them all.
func (v Value) Field(name string) Value {
	if m, ok := v.node.(*ast.MappingNode); ok {
		for _, field := range m.Values {
			if text, ok := scalar(field.Key); ok && text == name && field.Value != nil {
				return Value{list: v.list, name: name, node: field.Value, key: field.Key}
			}
		}
	}
	return Value{list: v.list, name: name}
}

// Entry is a field of a mapping; Key is its name's own place.
type Entry struct {
	Name       string
	Key, Value Value
}

// Entries reads a mapping in the order of its fields, whatever their names and however often one is given.
func (v Value) Entries() ([]Entry, bool) {
	if v.node == nil {
		return nil, false
	}
	m, ok := v.node.(*ast.MappingNode)
	if !ok {
		v.Addf("must be a mapping of fields to values, not %s", kind(v.node))
		return nil, false
	}
	var entries []Entry
	for _, field := range m.Values {
		name, ok := scalar(field.Key)
		key := Value{list: v.list, name: name, node: field.Key}
		if !ok || name == "" || field.Value == nil {
			key.name = "field"
			key.Addf("%s", unnamed(field.Key))
			continue
		}
		entries = append(entries, Entry{name, key, Value{list: v.list, name: name, node: field.Value, key: field.Key}})
	}
	return entries, true
}

// unnamed says why a field's name is none.
func unnamed(key ast.Node) string {
	if _, merge := key.(*ast.MergeKeyNode); merge {
		return "<< merges the fields of another mapping, which is not read: write them out here"
	}
	return "must be a plain name with a value"
}

// Items reads a list; each item is called by the list's name in the singular.
func (v Value) Items(singular string) ([]Value, bool) {
	if v.node == nil {
		return nil, false
	}
	s, ok := v.node.(*ast.SequenceNode)
	if !ok {
		v.Addf("must be a list, not %s", kind(v.node))
		return nil, false
	}
	var items []Value
	for _, node := range s.Values {
		items = append(items, Value{list: v.list, name: singular, node: node})
	}
	return items, true
}

// OneOrMore reads a list, or a single value in place of a list of one.
func (v Value) OneOrMore(singular string) ([]Value, bool) {
	if _, many := v.node.(*ast.SequenceNode); many || v.node == nil {
		items, ok := v.Items(singular)
		if ok && len(items) == 0 {
			v.Addf("must name at least one %s", singular)
			return nil, false
		}
		return items, ok
	}
	return []Value{v}, true
}

// scalar is the text of a single value, as it was written unless it is a string.
func scalar(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NanNode, *ast.InfinityNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// kind names what a node is, in the words of people who write YAML.
func kind(node ast.Node) string {
	switch node.(type) {
	case *ast.MappingNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		if node.GetToken().Type == token.NullType {
			return `nothing (the name is written "null", in quotes)`
		}
		return "nothing"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "an anchor, alias or tag"
	}
	return "a single value"
}
