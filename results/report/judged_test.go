package report_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aftershock/results/report"
	"aftershock/results/summary"
)

// One row shows the figure that was judged, with its own change beside its own verdict: the P99 of a fix that is judged
// by another figure may go the other way, and has no change there.
func TestARowShowsWhatWasJudged(t *testing.T) {
	s := sample()
	for _, f := range s.Fixes {
		var text bytes.Buffer
		if err := report.Terminal(&text, summary.Summary{Fixes: []summary.Fix{f}}, "x"); err != nil {
			t.Fatal(err)
		}
		var rows [][]string
		for line := range strings.Lines(text.String()) {
			if cells := regexp.MustCompile(` {2,}`).Split(strings.TrimSpace(line), -1); cells[0] == f.Name {
				rows = append(rows, cells)
			}
		}
		if f.Price.Stated() { // in a row of its own, between the two
			if len(rows) != 3 || len(rows[1]) != 4 || f.Price.None() != (rows[1][1] == "none") {
				t.Fatalf("%s: %q with the price %s", f.Name, rows, f.Price)
			}
			rows = slices.Delete(rows, 1, 2)
		}
		if len(rows) != 2 || len(rows[0]) != 6 || rows[0][5] != f.Verdict.String() {
			t.Fatalf("%s: %q", f.Name, rows)
		}
		for _, cell := range rows[1] {
			if strings.Contains(cell, "[") || cell == f.Verdict.String() {
				t.Errorf("%s: %q beside what was judged", f.Name, cell)
			}
		}
		if c := f.Primary.Change; (c != nil) != strings.Contains(rows[0][3], "%") {
			t.Errorf("%s: %q for %+v", f.Name, rows[0], c)
		}
	}
}

// Medians may rise while the pairs fall, for a median does not know which trials belong together.
func TestMediansThatMoveAgainstTheChangeAreSaid(t *testing.T) {
	f := improved()
	for _, after := range []float64{1_152_000, 3_000_000} {
		f.Primary.After.Median = after
		var text bytes.Buffer
		if err := report.Terminal(&text, summary.Summary{Fixes: []summary.Fix{f}}, "x"); err != nil {
			t.Fatal(err)
		}
		if said := strings.Contains(text.String(), "the medians of the arms move the other way"); said != (after > f.Primary.Before.Median) {
			t.Errorf("%v -> %v, %v: said %v", f.Primary.Before.Median, after, f.Primary.Change.Value, said)
		}
	}
}
