package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/results/report"
	"aftershock/results/summary"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares text with a file in testdata, which a person reads.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s(go test ./results/report -update rewrites it)", got, want)
	}
}

func TestTerminalGolden(t *testing.T) {
	var text bytes.Buffer
	if err := report.Terminal(&text, sample(), "results/runs/some-run"); err != nil {
		t.Fatal(err)
	}
	golden(t, "terminal.txt", text.String())
}

func TestDetailGolden(t *testing.T) {
	var text bytes.Buffer
	if err := report.Detail(&text, sample()); err != nil {
		t.Fatal(err)
	}
	golden(t, "detail.txt", text.String())
}

func TestFixLineGolden(t *testing.T) {
	var text bytes.Buffer
	for _, f := range sample().Fixes {
		if err := report.FixLine(&text, f); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "fixline.txt", text.String())
	if lines := strings.Count(text.String(), "\n"); lines != len(sample().Fixes) {
		t.Errorf("%d lines for %d fixes", lines, len(sample().Fixes))
	}
}

// A run that was killed at once, with all that it lacks.
func TestEmptySummary(t *testing.T) {
	var text bytes.Buffer
	if err := report.Terminal(&text, summary.Summary{}, "x"); err != nil {
		t.Error(err)
	}
	if err := report.Detail(&text, summary.Summary{Fixes: []summary.Fix{{}}}); err != nil {
		t.Error(err)
	}
	if err := report.FixLine(&text, summary.Fix{}); err != nil {
		t.Error(err)
	}
	if strings.Contains(text.String(), "%!") {
		t.Errorf("a format and its arguments do not match:\n%s", text.String())
	}
}
