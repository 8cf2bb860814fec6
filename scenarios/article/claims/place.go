package claims

import "slices"

// Place is where the article makes a claim, and what it says there.
type Place struct {
	At     string `json:"at"`     // such as "1, table 1, row 3": a chapter, and a part of it
	States string `json:"states"` // what the article states there, in our words
}

// Quantity says what a figure of the article is of.
type Quantity struct {
	What string `json:"what"` // which quantity of what
	When string `json:"when"` // in which phase, or between which two
	By   string `json:"by"`   // whose measurement it is, and what is known of it
}

// Meaning is one of several things that a name may mean, with what is true of the claim then.
type Meaning struct {
	Of      string   `json:"of"` // such as "log/slog"
	Verdict Verdict  `json:"verdict"`
	Tests   []string `json:"tests"` // which prove it
}

// AllTests are those that settle the claim, by whichever of its meanings.
func (c Claim) AllTests() []string {
	all := slices.Clone(c.Tests)
	for _, m := range c.Meanings {
		all = append(all, m.Tests...)
	}
	return all
}

// Silent is a part of the article that makes no claim which could be held against anything here.
type Silent struct {
	Place
	Why string
}

// Size is how many parts a chapter of the article has, by their kind: paragraph, item, row, code, diagram.
type Size struct {
	Chapter string
	Parts   map[string]int
}

// Published is a claim as the first page had it.
type Published struct {
	Name    string  `json:"name"`
	Chapter string  `json:"chapter"`
	Says    string  `json:"says"`
	Verdict Verdict `json:"verdict"`
	// Gone says why the claim is on the page no more, or what took its place; empty for one that is there.
	Gone string `json:"gone,omitempty"`
}
