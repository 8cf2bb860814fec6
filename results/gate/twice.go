package gate

import (
	"fmt"
	"slices"
)

// refuseTwice reports rules that ask the same of the same fix again, and rules with the same name: of two answers with
// one name a reader sees only the later one.
func refuseTwice(rules []rule) {
	for i, r := range rules {
		for _, earlier := range rules[:i] {
			if !r.shares(earlier) {
				continue
			}
			line := earlier.fields["rule"].Line()
			if r.ask.String() == earlier.ask.String() {
				r.fields["rule"].Addf("asks what the rule in line %d asks: %s", line, r.ask)
				break
			}
			if r.title() == earlier.title() {
				r.fields["name"].Addf("%q is what the rule in line %d is called", r.title(), line)
				break
			}
		}
	}
}

// shares tells whether the text alone says that both rules are about one fix. A rule about all may be about a fix that
// another names, or that may be an instrument: only a run tells.
func (r rule) shares(other rule) bool {
	if len(r.fixes) == 0 || len(other.fixes) == 0 {
		return len(r.fixes) == len(other.fixes)
	}
	return slices.ContainsFunc(r.fixes, func(name string) bool { return slices.Contains(other.fixes, name) })
}

// called are the names of the answers that were given, by fix and name, with the line of their rule.
type called map[[2]string]int

// add is an error when a rule before has answered by the same name for this fix, as one about all and one that names
// the fix do. Two answers of one name cannot be told apart in a CI server's list, which shows the later one.
func (c called) add(r rule, fix string) error {
	key := [2]string{fix, r.title()}
	if line, twice := c[key]; twice {
		return misfit{"fix", fmt.Errorf("%s is asked %q in line %d already", fix, r.title(), line)}
	}
	if field, ok := r.fields["rule"]; ok {
		c[key] = field.Line()
	}
	return nil
}
