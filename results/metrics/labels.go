package metrics

import (
	"slices"
	"strings"

	"aftershock/results"
)

// Side is a fix, and which of its arms a trial is of.
type Side struct{ Fix, Arm string }

// Sides are the fixes that an arm of a group is part of. A fix that compares phases of one arm has that arm's name.
func Sides(run results.Run, group string, arm results.Arm) (all []Side) {
	for _, f := range run.Fixes {
		phases := f.Arms.Before == f.Arms.After
		switch {
		case f.Group != group:
		case phases && f.Arms.Before == arm:
			all = append(all, Side{f.Name, string(arm)})
		case f.Arms.Before == arm:
			all = append(all, Side{f.Name, string(results.Before)})
		case f.Arms.After == arm:
			all = append(all, Side{f.Name, string(results.After)})
		}
	}
	return all
}

// escaped are the three characters that a label's value cannot hold as they are.
var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// labelled writes labels as text without the braces, in the order of their names. Values that are not UTF-8 are made
// so.
func labelled(names, values []string) string {
	type label struct{ name, value string }
	all := make([]label, len(names))
	for i, name := range names {
		all[i] = label{name, values[i]}
	}
	slices.SortFunc(all, func(a, b label) int { return strings.Compare(a.name, b.name) })
	var text strings.Builder
	for i, l := range all {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteString(l.name + `="` + escaped.Replace(strings.ToValidUTF8(l.value, "\uFFFD")) + `"`)
	}
	return text.String()
}
