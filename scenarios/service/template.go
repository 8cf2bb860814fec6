package service

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"aftershock/internal/nearest"
)

// operation is all that a template knows.
type operation struct {
	N    int    // the operation's number in its stream, from 0
	Seed uint64 // the workload's: the same in both arms of a pair, another in each pair
}

// Mod is the operation's number modulo k, for keys that come round again.
func (o operation) Mod(k int) (int, error) {
	if k < 1 {
		return 0, fmt.Errorf("of %d (allowed: 1 or more)", k)
	}
	return o.N % k, nil
}

// Draw is a number from 0 to k-1, drawn for the operation: the same whenever seed and number are the same.
func (o operation) Draw(k int) (int, error) {
	if k < 1 {
		return 0, fmt.Errorf("from %d numbers (allowed: 1 or more)", k)
	}
	return rand.New(rand.NewPCG(o.Seed, uint64(o.N))).IntN(k), nil
}

// fields are all that a template may name.
var fields = []string{"N", "Seed", "Mod", "Draw"}

// words is a compiled template.
type words struct {
	plain    string // all of it, where it names nothing
	template *template.Template
}

// Check refuses a text that is no template of ours: text with {{.N}}, {{.Seed}}, {{.Mod 100}} and {{.Draw 100}} in it,
// and no other field, function or control. It is a text/template of Go.
func Check(text string) error {
	_, err := compile(text)
	return err
}

func compile(text string) (words, error) {
	if !strings.Contains(text, "{{") {
		return words{plain: text}, nil
	}
	t, err := template.New("template").Parse(text)
	if err != nil {
		return words{}, fmt.Errorf("is no template: %s", strings.TrimPrefix(err.Error(), "template: "))
	}
	for _, node := range t.Root.Nodes {
		if err := checkNode(node); err != nil {
			return words{}, err
		}
	}
	w := words{template: t}
	_, err = w.fill(operation{})
	return w, err
}

// checkNode lets text through, and actions that name a field of an operation with numbers behind it.
func checkNode(node parse.Node) error {
	if node.Type() == parse.NodeText {
		return nil
	}
	action, ok := node.(*parse.ActionNode)
	if !ok || len(action.Pipe.Decl) > 0 || len(action.Pipe.Cmds) != 1 {
		return fmt.Errorf("%s is not possible in a template here (allowed: %s)", node, allowed())
	}
	args := action.Pipe.Cmds[0].Args
	field, ok := args[0].(*parse.FieldNode)
	if !ok || len(field.Ident) != 1 {
		return fmt.Errorf("%s is not possible in a template here (allowed: %s)", node, allowed())
	}
	if !slices.Contains(fields, field.Ident[0]) {
		return fmt.Errorf("%w in {{%s}}", nearest.Unknown("field", field.Ident[0], fields), action.Pipe)
	}
	for _, a := range args[1:] {
		if a.Type() != parse.NodeNumber {
			return fmt.Errorf("%s: %s is not a number (allowed: %s)", node, a, allowed())
		}
	}
	return nil
}

func allowed() string { return "{{.N}}, {{.Seed}}, {{.Mod 100}}, {{.Draw 100}}" }

// fill gives the text for one operation.
func (w words) fill(o operation) (string, error) {
	if w.template == nil {
		return w.plain, nil
	}
	var b strings.Builder
	if err := w.template.Execute(&b, o); err != nil {
		return "", fmt.Errorf("cannot be filled in: %s", strings.TrimPrefix(err.Error(), "template: "))
	}
	return b.String(), nil
}
