package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
)

// faultDetail is one fault of aftershock list --faults --json.
type faultDetail struct {
	Name        string        `json:"name"`
	Group       string        `json:"group"`
	Says        string        `json:"says"`
	Held        bool          `json:"held"`
	Moves       bool          `json:"moves,omitempty"` // takes to=
	Target      string        `json:"target"`          // member, client or cluster
	Room        string        `json:"room,omitempty"`
	Members     int           `json:"members,omitempty"`
	Params      []paramDetail `json:"params,omitempty"`
	Takes       []string      `json:"takes,omitempty"`
	Uses        []string      `json:"uses,omitempty"` // beside what it takes
	Wants       []string      `json:"wants,omitempty"`
	Harmless    bool          `json:"harmless,omitempty"` // it is done, and not effective
	Lasting     string        `json:"lasting,omitempty"`  // what no heal undoes
	Needs       []string      `json:"needs,omitempty"`
	Unavailable string        `json:"unavailable,omitempty"`

	// NeedsWith is what it needs besides, with a parameter's value. External says how it is possible on an external
	// cluster: "always", or the values with which it is.
	NeedsWith map[string][]string `json:"needs_with,omitempty"`
	External  []string            `json:"external,omitempty"`
}

type paramDetail struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Default string `json:"default"`
	Allowed string `json:"allowed"`
	Says    string `json:"says"`
}

// always says of a fault that it has no way that is not possible.
const always = "always"

func faultDetails() []faultDetail {
	var all []faultDetail
	outer := harness.External{}.Runtime()
	for _, f := range faults.All() {
		d := faultDetail{
			Name: f.Name, Group: string(f.Group), Says: f.Summary, Held: f.Held, Moves: f.Moves, Target: aimWord(f.Aim),
			Members: f.Members, Takes: texts(f.AllTakes()), Uses: texts(f.OnlyUses()), Wants: texts(f.Wants),
			Needs: texts(f.Needs), Harmless: f.Harmless, Lasting: f.Lasting,
			Unavailable: f.Unavailable,
		}
		for value, needs := range f.NeedsWith {
			if d.NeedsWith == nil {
				d.NeedsWith = map[string][]string{}
			}
			d.NeedsWith[value] = texts(needs)
		}
		if f.Unavailable == "" {
			if d.External = f.Ways(outer.Able); slices.Equal(d.External, []string{""}) {
				d.External = []string{always}
			}
		}
		if f.Room > 0 {
			d.Room = f.Room.String()
		}
		for _, p := range f.Params {
			d.Params = append(d.Params, paramDetail{p.Name, string(p.Kind), p.Default, p.Range(), p.Says})
		}
		all = append(all, d)
	}
	return all
}

func texts[S ~string](words []S) []string {
	var all []string
	for _, w := range words {
		all = append(all, string(w))
	}
	return all
}

func aimWord(a plan.Aim) string {
	return map[plan.Aim]string{plan.AtMember: "member", plan.AtClient: "client", plan.AtCluster: "cluster"}[a]
}

// printFaults writes the catalogue for people: by group, each fault with its parameters.
func printFaults(w io.Writer, all []faultDetail) error {
	var b strings.Builder
	group := ""
	for _, f := range all {
		if f.Group != group {
			group = f.Group
			fmt.Fprintf(&b, "%s\n", strings.ToUpper(group))
		}
		fmt.Fprintf(&b, "  %s: %s\n", f.Name, f.Says)
		if f.Unavailable != "" {
			fmt.Fprintf(&b, "      unavailable: it needs %s\n", f.Unavailable)
			continue
		}
		fmt.Fprintf(&b, "      %s\n", strings.Join(f.terms(), ", "))
		if len(f.External) > 0 {
			fmt.Fprintf(&b, "      on an external cluster: %s\n", strings.Join(f.External, " or "))
		}
		if f.Lasting != "" {
			fmt.Fprintf(&b, "      not undone: %s\n", f.Lasting)
		}
		for _, p := range f.Params {
			fmt.Fprintf(&b, "      with %s: %s (default %s, allowed %s)\n", p.Name, p.Says, p.Default, p.Allowed)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// terms are the fields that an event of the fault needs, and the cluster that it requires.
func (f faultDetail) terms() []string {
	terms := []string{"target: a " + f.Target}
	if f.Target == "cluster" {
		terms[0] = "no target"
	}
	if f.Moves {
		terms = append(terms, "to: a member")
	}
	switch {
	case f.Held:
		terms = append(terms, "for: how long")
	case f.Room != "":
		terms = append(terms, "over by itself, within "+f.Room)
	default:
		terms = append(terms, "over at once")
	}
	if f.Members > 1 {
		terms = append(terms, fmt.Sprintf("at least %d members", f.Members))
	}
	if len(f.Wants) > 0 {
		terms = append(terms, "cluster with "+strings.Join(f.Wants, " and "))
	}
	if len(f.Takes) > 0 {
		terms = append(terms, "takes "+strings.Join(f.Takes, ", "))
	}
	if len(f.Uses) > 0 {
		terms = append(terms, "needs "+strings.Join(f.Uses, ", "))
	}
	if f.Harmless {
		terms = append(terms, "means to hurt no one")
	}
	return terms
}
