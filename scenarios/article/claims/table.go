package claims

import (
	"path/filepath"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// Schema is the version of article.json and of the table.
const Schema = 1

// Table is what all claims came to.
type Table struct {
	Schema  int       `json:"schema"`
	Started time.Time `json:"started"`
	// Took is how long the runs took together; 0 when one is missing, partial or was resumed: how long it paused is not
	// known.
	Took        time.Duration       `json:"took_ns"`
	Command     results.Invocation  `json:"command"` // repeats all runs
	Seed        uint64              `json:"seed"`
	Quick       bool                `json:"quick,omitempty"`
	Environment results.Environment `json:"environment"`
	Probes      []Probe             `json:"probes,omitempty"`
	Parts       []PartState         `json:"parts"`
	Rows        []Row               `json:"rows"`
}

// Row is a claim, what was found, and what it came to.
type Row struct {
	Claim   Claim   `json:"claim"`
	Verdict Verdict `json:"verdict"`
	// Expected is the verdict that goes with the claim's Truth: where the runs came to another one, they speak against it.
	Expected Verdict `json:"expected"`
	Why      string  `json:"why,omitempty"` // why it is undecided, or what speaks on either side
	// Partial tells that a run behind the verdict is not whole: it may come to another one when it is resumed.
	Partial  bool      `json:"partial,omitempty"`
	Outcomes []Outcome `json:"outcomes,omitempty"`
}

// Outcome is what the runs have shown of one fix of a claim.
type Outcome struct {
	Evidence
	Verdict Verdict `json:"verdict"`
	Why     string  `json:"why,omitempty"` // why it is undecided
	// Found is the verdict on the figure: of the run, after its correction.
	Found stat.Verdict  `json:"found"`
	Pairs summary.Pairs `json:"pairs,omitzero"`
	// Figure is the row of the summary, with the correction of what claims name; nil when there is none.
	Figure *summary.Row `json:"figure,omitempty"`
	// Crash is how long processes lived that crashed, with no change: an arm that does not crash has none. It is nil where none did.
	Crash *summary.Row `json:"crash,omitempty"`
	// Factor is what Times came to; 1 without.
	Factor float64 `json:"factor"`
	// Price is what the fix may make worse, and Paid its row; nil where the price is none, or the run has no such
	// figure.
	Price results.Price `json:"price,omitzero"`
	Paid  *summary.Row  `json:"paid,omitempty"`
	// Worse are the guards of the fix that became worse, which are no agreed price.
	Worse []summary.Row `json:"worse,omitempty"`
	// Unknown are the guards that could not be compared, each with a Note that says why: it is not known that they did
	// not become worse.
	Unknown []summary.Row `json:"unknown,omitempty"`

	tests int // how many figures are corrected together with one that the claim names
}

// PartState is a run of the suite, and how far it got.
type PartState struct {
	Part
	Folder string `json:"folder,omitempty"` // the run's, within the suite's; empty when it has not begun
	// Whole tells whether the run is complete. Why says why it is not.
	Whole bool   `json:"whole"`
	Why   string `json:"why,omitempty"`
	// Damaged is what of the run is not as it left it, by files within the run's folder.
	Damaged []summary.Damage `json:"damaged,omitempty"`
}

// Damage is what of all runs is not as they left it, by files within the suite's folder.
func (t Table) Damage() (all []summary.Damage) {
	for _, p := range t.Parts {
		for _, d := range p.Damaged {
			d.File = filepath.Join(p.Folder, d.File)
			all = append(all, d)
		}
	}
	return all
}
