package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"aftershock/internal/nearest"
	"aftershock/internal/problem"
)

// largest bounds a file in bytes, and so how deep it can nest: the YAML parser recurses, and its time grows with a high
// power of the depth (20 s for 64 KiB of open brackets).
const largest = 16 << 10

// The YAML library decodes into structs as well, but stops at the first problem and does not name what it would allow.
// So its parser is used, and the tree is read here.

// parse gives the root of a YAML file; false if it has none, and then a problem says why.
func parse(list *problem.List, source []byte) (value, bool) {
	root := value{list: list, name: "scenario"}
	switch {
	case len(source) > largest:
		list.Addf(1, 1, "the file has %d bytes; a scenario has at most %d", len(source), largest)
		return root, false
	case !utf8.Valid(source):
		list.Addf(1, 1, "the file is not UTF-8 text")
		return root, false
	}
	file, err := parser.ParseBytes(source, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		addSyntax(list, err)
		return root, false
	}
	bodies := slices.DeleteFunc(file.Docs, func(d *ast.DocumentNode) bool { return d.Body == nil })
	switch {
	case len(bodies) == 0:
		list.Addf(1, 1, "the file is empty")
		return root, false
	case len(bodies) > 1:
		root.node = bodies[1].Body
		root.addf("holds more than one YAML document")
		return root, false
	}
	root.node = bodies[0].Body
	return root, true
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

// value is a part of the file: what it is called in messages, its node, and its key's node if it has a key. A value
// without a node is missing, which was reported; its readers report nothing more.
type value struct {
	list *problem.List
	name string
	node ast.Node
	key  ast.Node
}

func (v value) addf(format string, args ...any) {
	line, column := place(v.node)
	v.list.Addf(line, column, "%s: %s", v.name, fmt.Sprintf(format, args...))
}

// line is where the value begins.
func (v value) line() int {
	line, _ := place(v.node)
	return line
}

// place is where a node begins. The token of a block mapping is its first colon.
func place(node ast.Node) (line, column int) {
	if m, ok := node.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		node = m.Values[0].Key
	}
	t := node.GetToken()
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}

// object is a mapping whose fields are known.
type object map[string]value

// object reads a mapping that must have the required fields and may have the optional ones.
func (v value) object(required, optional []string) (object, bool) {
	allowed := slices.Concat(required, optional)
	o := object{}
	for _, name := range allowed {
		o[name] = value{list: v.list, name: name}
	}
	entries, ok := v.entries()
	if !ok {
		return o, false
	}
	for _, e := range entries {
		switch known, found := o[e.name]; {
		case !found:
			e.key.name = v.name
			e.key.addf("%v", nearest.Unknown("field", e.name, allowed))
		case known.node != nil:
			e.key.addf("is given twice, first in line %d", known.line())
		default:
			o[e.name] = e.value
		}
	}
	whole := v
	if v.key != nil {
		whole.node = v.key
	}
	for _, name := range required {
		if o[name].node == nil {
			whole.addf("lacks %s (fields: %s)", name, strings.Join(allowed, ", "))
		}
	}
	return o, true
}

// entry is a field of a mapping; key is its name's own place.
type entry struct {
	name       string
	key, value value
}

// entries reads a mapping in the order of its fields.
func (v value) entries() ([]entry, bool) {
	if v.node == nil {
		return nil, false
	}
	m, ok := v.node.(*ast.MappingNode)
	if !ok {
		v.addf("must be a mapping of fields to values, not %s", kind(v.node))
		return nil, false
	}
	var entries []entry
	for _, field := range m.Values {
		name, ok := scalar(field.Key)
		key := value{list: v.list, name: name, node: field.Key}
		if !ok || name == "" || field.Value == nil {
			key.name = "field"
			key.addf("must be a plain name with a value")
			continue
		}
		entries = append(entries, entry{name, key, value{list: v.list, name: name, node: field.Value, key: field.Key}})
	}
	return entries, true
}

// items reads a list; each item is called by the list's name in the singular.
func (v value) items(singular string) ([]value, bool) {
	if v.node == nil {
		return nil, false
	}
	s, ok := v.node.(*ast.SequenceNode)
	if !ok {
		v.addf("must be a list, not %s", kind(v.node))
		return nil, false
	}
	var items []value
	for _, node := range s.Values {
		items = append(items, value{list: v.list, name: singular, node: node})
	}
	return items, true
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
		return "nothing"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "an anchor, alias or tag"
	}
	return "a single value"
}
