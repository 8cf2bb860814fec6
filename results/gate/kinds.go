package gate

import (
	"strings"

	"aftershock/internal/document"
	"aftershock/results"
)

// kind is a kind of rule: its fields besides rule, name and fix, and how they are read. Fields that cannot be read
// are reported, and the rule is dropped.
type kind struct {
	name               string
	required, optional []string
	read               func(v document.Value, o document.Object) ask
}

var kinds = []kind{
	{"verdict", []string{"is"}, []string{"metric", "phase"}, readVerdict},
	{"non-inferior", []string{"metric", "margin"}, []string{"phase", atMost}, readNonInferior},
	{"ratio", []string{"metric"}, []string{"phase", atLeast, atMost}, readRatio},
	{"bound", []string{"metric"}, []string{"phase", "arm", atLeast, atMost}, readBound},
	{"exercised", nil, nil, func(document.Value, document.Object) ask { return exercised{} }},
	{"pairs", []string{atLeast}, nil, readPairs},
}

// readKind reads the field that decides which other fields there are.
func readKind(v document.Value) (kind, bool) {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	field := v.Field("rule")
	if !field.Given() {
		if _, ok := v.Entries(); ok {
			v.Addf("lacks a field %q, which says what it asks (allowed: %s)", "rule", strings.Join(names, ", "))
		}
		return kind{}, false
	}
	name, ok := field.OneOf("rule", names)
	for _, k := range kinds {
		if ok && k.name == name {
			return k, true
		}
	}
	return kind{}, false
}

// readMetric reads which figure a rule is about. A figure of the whole trial has no phase.
func readMetric(o document.Object) results.Metric {
	var m results.Metric
	m.Name, _ = o["metric"].Sentence()
	m.Phase, _ = o["phase"].Sentence()
	return m
}

// The two ways to bound a figure.
const (
	atLeast = "at-least"
	atMost  = "at-most"
)

// readSide tells which of the two bounds is given; the bound itself is the field of that name.
func readSide(v document.Value, o document.Object) (field string) {
	switch least, most := o[atLeast].Given(), o[atMost].Given(); {
	case least && most:
		o[atMost].Addf("stands beside %s: write a rule for each", atLeast)
		return atLeast
	case least:
		return atLeast
	case !most:
		v.Addf("lacks a bound: %s or %s", atLeast, atMost)
	}
	return atMost
}

// inWords is a bound's side as people say it.
func inWords(side string) string { return strings.ReplaceAll(side, "-", " ") }
