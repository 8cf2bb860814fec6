package signoff

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/units"
	"aftershock/results/attest"
	"aftershock/results/gate"
	"aftershock/results/report/page"
)

// Page writes evidence for people: one HTML file, which is no part of what is signed. Signers are the keys'
// fingerprints, and check is the command with which a reader finds out whether it holds.
func Page(w io.Writer, e Evidence, about []attest.Subject, signers []string, check string) error {
	p := page.Page{
		Title:  "May it be released?",
		Byline: "signed off on " + e.Made.UTC().Format(minute) + " by policy " + e.Policy.Name,
		Alarms: []string{"This page is not signed. Whether the evidence holds is found out by: " + check},
		Answer: answer(e),
	}
	for _, w := range e.Waived {
		p.Alarms = append(p.Alarms, "Waived: "+w)
	}
	p.Sections = append(p.Sections, subjects(about))
	for i, run := range e.Runs {
		s, err := runSection(i, run)
		if err != nil {
			return err
		}
		p.Sections = append(p.Sections, s)
	}
	p.Sections = append(p.Sections, signatures(e, signers), page.Section{ID: "policy", Title: "Policy",
		Lead:   []string{"SHA-256 " + e.Policy.SHA256},
		Blocks: []page.Block{{Title: e.Policy.Name, Pre: e.Policy.Text}}})
	return p.Write(w)
}

// minute is how a page writes a time.
const minute = "2006-01-02 15:04 UTC"

// answer is the decision in a sentence or two.
func answer(e Evidence) []string {
	says := map[gate.Result]string{
		gate.Pass:         "Yes: every rule of the policy holds in every run.",
		gate.Fail:         "No: a rule of the policy was shown not to hold.",
		gate.Inconclusive: "No: a rule of the policy was not shown, and what was not shown counts as failed.",
	}[e.Result]
	if says == "" {
		says = "No: the runs cannot be judged."
	}
	return []string{says}
}

func subjects(about []attest.Subject) page.Section {
	rows := [][]string{{"name", "digest"}}
	for _, s := range about {
		for algorithm, value := range s.Digest {
			rows = append(rows, []string{s.Name, algorithm + ":" + value})
		}
	}
	return page.Section{ID: "subjects", Title: "What is released", Blocks: []page.Block{{Table: page.Rows(rows)}}}
}

// told is what a page shows of a summary.
type told struct {
	Run struct {
		Name        string    `json:"scenario_name"`
		Seed        uint64    `json:"seed"`
		Started     time.Time `json:"started"`
		Environment struct {
			CPU        string `json:"cpu"`
			Kernel     string `json:"kernel"`
			Go         string `json:"go"`
			Etcd       string `json:"etcd"`
			Aftershock string `json:"aftershock"`
			Commit     string `json:"commit"`
		} `json:"environment"`
	} `json:"run"`
	Fixes []struct {
		Name    string `json:"name"`
		Verdict string `json:"verdict"`
		Pairs   struct {
			Valid   int `json:"valid"`
			Planned int `json:"planned"`
		} `json:"pairs"`
	} `json:"fixes"`
}

func runSection(i int, run RunEvidence) (page.Section, error) {
	var t told
	if err := json.Unmarshal(run.Summary, &t); err != nil {
		return page.Section{}, fmt.Errorf("the summary of run %s: %w", run.ID, err)
	}
	verdicts := [][]string{{"fix", "verdict", "pairs"}}
	for _, f := range t.Fixes {
		pairs := fmt.Sprintf("%d of %d", f.Pairs.Valid, f.Pairs.Planned)
		verdicts = append(verdicts, []string{f.Name, f.Verdict, pairs})
	}
	answers := [][]string{{"result", "rule", "fix", "measured", "bound", "why"}}
	for _, a := range run.Decision.Answers {
		answers = append(answers, []string{string(a.Result), a.Name, a.Fix, a.Measured, a.Bound, a.Why})
	}
	e := t.Run.Environment
	registered := "It was not pre-registered."
	if run.Registration != "" {
		registered = "It was pre-registered: " + run.Registration
	}
	var size int64
	for _, f := range run.Files {
		size += f.Size
	}
	s := page.Section{
		ID: "run-" + strconv.Itoa(i+1), Title: "Run " + run.ID, Verdict: string(run.Decision.Result),
		Mark: mark(run.Decision.Result),
		Lead: []string{
			fmt.Sprintf("Scenario %s, seed %d, begun on %s.", t.Run.Name, t.Run.Seed,
				t.Run.Started.UTC().Format(minute)),
			registered,
			fmt.Sprintf("%s with %s are signed by their digests.", units.Count(len(run.Files), "file"),
				Megabytes(size)),
		},
		Blocks: []page.Block{
			{Title: "Verdicts", Table: page.Rows(verdicts)},
			{Title: "What the policy answered", Notes: run.Decision.Notes, Table: page.Rows(answers)},
			{Title: "Machine and program", Lines: []string{
				e.CPU + ", Linux " + e.Kernel, e.Go + ", etcd " + e.Etcd,
				"aftershock " + e.Aftershock + ", commit " + e.Commit,
			}},
		},
	}
	return s, nil
}

// Megabytes is a size for people.
func Megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }

func mark(r gate.Result) string {
	switch r {
	case gate.Pass:
		return "good"
	case gate.Fail:
		return "bad"
	case gate.Inconclusive, gate.Underpowered, gate.Invalid:
	}
	return "open"
}

func signatures(e Evidence, signers []string) page.Section {
	return page.Section{ID: "signatures", Title: "Signatures", Lead: []string{
		"Fingerprints of the public keys: " + strings.Join(signers, ", "),
		"Judged by aftershock " + e.Tool.Version + ", commit " + e.Tool.Commit,
	}}
}
