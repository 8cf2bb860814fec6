package report_test

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/golden"
	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/profile"
	"aftershock/results/report"
	"aftershock/results/summary"
)

func input() report.Input {
	return report.Input{Summary: sample(), Folder: "testdata/none", Decision: sampleDecision()}
}

// views are what people read, by the name of their golden file.
func views() map[string]func(io.Writer) error {
	all := map[string]func(io.Writer) error{
		"terminal.txt": func(w io.Writer) error { return report.Terminal(w, sample(), "results/runs/some-run") },
		"detail.txt":   func(w io.Writer) error { return report.Detail(w, sample()) },
		"versus.txt":   func(w io.Writer) error { return report.Versus(w, sampleVersus()) },
		"profile.txt":  func(w io.Writer) error { return report.Profile(w, sampleProfile(), 20) },
		"decision.txt": func(w io.Writer) error { return report.Decision(w, sampleDecision()) },
		"fixline.txt": func(w io.Writer) error {
			for _, f := range sample().Fixes {
				if err := report.FixLine(w, f); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for _, f := range report.Formats() {
		all[f.File] = func(w io.Writer) error { return report.Write(f.Name, w, input()) }
	}
	return all
}

// html_test.go and results/report/browser hold a page against its summary: a copy of its markup would hold it against
// itself.
const pageFile = "report.html"

// Of a run's folder without trials only the head of the interval log is left; TestHistograms sees to the rest.
func TestGolden(t *testing.T) {
	all := views()
	delete(all, pageFile)
	for name, write := range all {
		t.Run(name, func(t *testing.T) {
			var text bytes.Buffer
			if err := write(&text); err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, filepath.Join("testdata", name), text.Bytes())
		})
	}
}

func TestFixLineIsALine(t *testing.T) {
	var text bytes.Buffer
	if err := views()["fixline.txt"](&text); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(text.String(), "\n"); lines != len(sample().Fixes) {
		t.Errorf("%d lines for %d fixes", lines, len(sample().Fixes))
	}
}

// A line that a terminal breaks puts figures under the wrong heading.
func TestDetailIsNotTooWide(t *testing.T) {
	var text bytes.Buffer
	if err := report.Detail(&text, sample()); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text.String()) {
		if len(line) > 175 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

// A run that was killed at once, with all that it lacks.
func TestEmptySummary(t *testing.T) {
	var text bytes.Buffer
	gap := summary.Row{Metric: metric("gap", results.InFault)}
	for _, s := range []summary.Summary{
		{}, {Fixes: []summary.Fix{{}}}, {Fixes: []summary.Fix{{Rows: []summary.Row{{}, gap}}}},
	} {
		write := map[string]func() error{
			"Terminal": func() error { return report.Terminal(&text, s, "x") },
			"Detail":   func() error { return report.Detail(&text, s) },
			"Versus": func() error {
				return report.Versus(&text, summary.Versus{Arms: make([]summary.VersusArm, 1)})
			},
			"Decision": func() error { return report.Decision(&text, gate.Decision{}) },
			"FixLine":  func() error { return report.FixLine(&text, summary.Fix{}) },
			"Profile": func() error {
				fixes := []profile.Fix{{Windows: make([]profile.Window, 1)}, {}}
				return report.Profile(&text, profile.Comparison{Fixes: fixes}, 1)
			},
		}
		for _, f := range report.Formats() {
			write[f.Name] = func() error {
				in := report.Input{Summary: s, Folder: t.TempDir(), Decision: gate.Decision{Policy: "p"}}
				return report.Write(f.Name, &text, in)
			}
		}
		for name, write := range write {
			if err := write(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if strings.Contains(text.String(), "%!") {
		t.Errorf("a format and its arguments do not match:\n%s", text.String())
	}
}
