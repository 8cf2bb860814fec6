package gate

import (
	"slices"

	"aftershock/internal/document"
	"aftershock/internal/problem"
)

// Policy is a list of rules. The zero value has none, and never passes.
type Policy struct {
	Name string
	Asks string // what the policy decides, one sentence

	unchecked    bool // a run of a schema without a manifest may pass
	fewAllowed   bool // rules about a change may pass with fewer pairs than ranks can judge
	rules        []rule
	file, source string // where the rules stand, for what a run lacks; empty in a policy that was not read
}

// Source is the policy's text as it was read; empty for one that was not read.
func (p Policy) Source() string { return p.source }

// rule asks something about one or more fixes.
type rule struct {
	name   string          // as the policy names it; empty when it is called by what it asks
	fixes  []string        // none stands for every fix that is no instrument
	fields document.Object // where its fields stand; nil in a policy that was not read
	ask    ask
}

func (r rule) title() string {
	if r.name != "" {
		return r.name
	}
	return r.ask.String()
}

// ask is what a rule wants to know about a fix.
type ask interface {
	// String is the rule's name.
	String() string
	// judge answers for one fix, all but Name and Fix. The error is a misfit: the rule names what the run lacks, or
	// asks what cannot be asked about it.
	judge(c candidate) (Answer, error)
}

// allFixes stands in a policy for every fix of the run that is no instrument.
const allFixes = "all"

// Parse reads a policy; file is its name, for the errors. It is YAML and is read strictly: every problem is reported as
// file:line:column: message with the line and a caret beneath, all those of the file together. Names of fixes, metrics
// and phases are not judged here: Judge knows which the run has.
func Parse(file string, source []byte) (Policy, error) {
	list := problem.NewList(file, string(source))
	p := Policy{file: file, source: string(source)}
	if root, ok := document.Parse(list, "policy", source); ok {
		o, _ := root.Object([]string{"name", "asks", "rules"}, []string{unchecked, fewPairs})
		p.Name, _ = o["name"].Word()
		p.Asks, _ = o["asks"].Sentence()
		p.rules = readRules(o["rules"])
		p.unchecked, p.fewAllowed = readAllowed(o[unchecked]), readAllowed(o[fewPairs])
	}
	if list.Err() == nil { // what a rule that could not be read asks is not known
		refuseTwice(p.rules)
	}
	if err := list.Err(); err != nil {
		return Policy{}, err
	}
	return p, nil
}

// fewPairs is the field with which a policy accepts changes over a handful of pairs, and allowed the value of such
// fields.
const (
	fewPairs = "few-pairs"
	allowed  = "allowed"
)

// readAllowed reads a permission: a gate accepts less evidence only where the policy says so by name.
func readAllowed(v document.Value) bool {
	if !v.Given() {
		return false
	}
	_, ok := v.OneOf("value", []string{allowed})
	return ok
}

func readRules(v document.Value) []rule {
	items, ok := v.Items("rule")
	if ok && len(items) == 0 {
		v.Addf("there must be at least one rule: a policy that asks nothing would pass everything")
	}
	var rules []rule
	named := map[string]int{}
	for _, item := range items {
		rules = append(rules, readRule(item, named))
	}
	return rules
}

func readRule(v document.Value, named map[string]int) rule {
	k, ok := readKind(v)
	if !ok {
		return rule{}
	}
	o, _ := v.Object(slices.Concat([]string{"rule", "fix"}, k.required), append([]string{"name"}, k.optional...))
	r := rule{fields: o, fixes: readFixes(o["fix"])}
	if name, ok := o["name"].Sentence(); ok {
		if line, twice := named[name]; twice {
			o["name"].Addf("%q is used twice, first in line %d", name, line)
		}
		named[name], r.name = o["name"].Line(), name
	}
	r.ask = k.read(v, o)
	return r
}

// readFixes reads a name, a list of names or the word for all, which gives none.
func readFixes(v document.Value) []string {
	items, _ := v.OneOrMore("fix")
	var fixes []string
	seen := map[string]int{}
	for _, item := range items {
		name := item.Unique(seen)
		if name == allFixes && len(items) > 1 {
			item.Addf("stands for every fix that is no instrument, and not beside other names")
		}
		fixes = append(fixes, name)
	}
	if len(fixes) == 1 && fixes[0] == allFixes {
		return nil
	}
	return fixes
}
