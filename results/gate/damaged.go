package gate

import (
	"fmt"
	"strings"

	"aftershock/results"
	"aftershock/results/summary"
)

// unchecked is the field with which a policy takes runs that have no manifest.
const unchecked = "unchecked"

// damaged is the answer to any rule about a fix whose files are not as the run left them: neither these files nor the
// rest can be judged.
func damaged(all []summary.Damage) Answer {
	var named []string
	for _, d := range all[:min(len(all), mostNamed)] {
		named = append(named, d.File+": "+d.What)
	}
	a := invalid("every file as the run left it", "damaged: "+strings.Join(named, "; "))
	if more := len(all) - mostNamed; more > 0 {
		a.Why += fmt.Sprintf("; and %d more", more)
	}
	return a
}

// mostNamed is how many damaged files an answer names; the notes have all.
const mostNamed = 3

// damageNotes name what is damaged, whatever the rules are about.
func damageNotes(s summary.Summary) (all []string) {
	for _, d := range s.Damaged {
		of := "every fix"
		if len(d.Fixes) > 0 {
			of = strings.Join(d.Fixes, ", ")
		}
		all = append(all, fmt.Sprintf("damaged: %s: %s (touches %s)", d.File, d.What, of))
	}
	return all
}

// unvouched is the answer to a run without a manifest.
func unvouched(run results.Run) Answer {
	return Answer{
		Name: "checked", Result: Invalid, Measured: fmt.Sprintf("schema %d, without a manifest", run.Schema), Bound: "a manifest",
		Why: "nothing tells whether its files are what the run left: run it again, or write `" + unchecked + ": allowed` in the policy",
	}
}
