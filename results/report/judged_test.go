package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/summary"
)

// One row shows the figure that was judged, with its own change beside its own verdict, and no other change stands
// near it but that of the price, which says so.
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
		want := 1
		if f.Price.Stated() {
			want = 2
		}
		if len(rows) != want || len(rows[0]) != 5 || !strings.HasSuffix(rows[0][4], " "+f.Verdict.String()) {
			t.Fatalf("%s: %q", f.Name, rows)
		}
		if want == 2 && (len(rows[1]) != 4 || f.Price.None() != (rows[1][1] == "none")) {
			t.Fatalf("%s: %q with the price %s", f.Name, rows, f.Price)
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
		if err := report.Detail(&text, summary.Summary{Fixes: []summary.Fix{f}}); err != nil {
			t.Fatal(err)
		}
		if said := strings.Contains(text.String(), "the medians of the arms move the other way"); said != (after > f.Primary.Before.Median) {
			t.Errorf("%v -> %v, %v: said %v", f.Primary.Before.Median, after, f.Primary.Change.Value, said)
		}
	}
}

// The first screen fits a narrow terminal, whatever the names of fixes are, and says no more than ten remarks.
func TestTheFirstScreenIsSmall(t *testing.T) {
	s := sample()
	for range 12 {
		s.Warnings = append(s.Warnings, summary.Warning{What: "something that a reader has to know before " +
			"believing a figure of this run"})
	}
	s.Fixes[0].Name = "a-name-that-is-longer-than-any-table-of-this-width-could-hold-in-one-column"
	var text bytes.Buffer
	if err := report.Terminal(&text, s, "x"); err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(text.String(), "PRICE")
	_, remarks, _ := strings.Cut(after, "\n\n")
	remarks, _, _ = strings.Cut(remarks, "results: ")
	if n := strings.Count(remarks, "\n"); n != 10 || !strings.Contains(remarks, "further remarks: aftershock "+
		"compare x") {
		t.Errorf("%d lines of remarks:\n%s", n, remarks)
	}
	for line := range strings.Lines(text.String()) {
		if width := utf8.RuneCountInString(strings.TrimRight(line, "\n")); width > 100 &&
			!strings.Contains(line, "aftershock ") {
			t.Errorf("%d columns: %s", width, line)
		}
	}
}

// What is found is said in words that need no statistics.
func TestTheAnswerIsSaidInWords(t *testing.T) {
	f := improved()
	f.Name = "repair"
	for m, want := range map[results.Metric]string{
		{Name: "p99", Phase: results.UnderTrigger}: "While the leader is gone, 99 of 100 batches take at " +
			"most 1.15 ms instead of 2.3 ms (repair); 8 of 8 pairs agree.",
		{Name: "record_took_p50", Phase: results.InFault}: "While a fault lasts, half of the records take at " +
			"most 1.15 ms instead of 2.3 ms",
		{Name: "service_p99", Phase: results.Steady}:      "In calm, 99 of 100 batches take at most 1.15 ms",
		{Name: "lookup_goodput", Phase: results.Recovery}: "After the fault, 1.15 ms of the lookups succeed",
		{Name: "partial"}:      "1.15 ms of the batches come out half full",
		{Name: "silent_watch"}: "silent watch is 1.15 ms instead of 2.3 ms",
		{Name: "\u00e4%s"}:     "\u00e4%s is 1.15 ms instead of 2.3 ms",
	} {
		f.Fix.Primary, f.Primary.Metric = m, m
		var text bytes.Buffer
		if err := report.Terminal(&text, summary.Summary{Fixes: []summary.Fix{f}}, "x"); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(text.String()), " "); !strings.Contains(strings.ToLower(got),
			strings.ToLower(want)) {
			t.Errorf("%s: no %q in\n%s", m, want, text.String())
		}
	}
	f.Against = results.Steady
	var text bytes.Buffer
	if err := report.Terminal(&text, summary.Summary{Fixes: []summary.Fix{f}}, "x"); err != nil ||
		!strings.Contains(text.String(), "and in calm 2.3 ms") {
		t.Errorf("%v\n%s", err, text.String())
	}
}

// A quantile that the operation time-out has cut off is not said to be at most what is at least.
func TestABoundIsSaidAsOne(t *testing.T) {
	f := improved()
	f.Primary.Before.AtLeast, f.Primary.After.AtLeast = true, true
	var text bytes.Buffer
	err := report.Terminal(&text, summary.Summary{Fixes: []summary.Fix{f}}, "x")
	if want := "take at most 1.15 ms or more instead of at least 2.3 ms"; err != nil ||
		!strings.Contains(text.String(), want) {
		t.Errorf("%v, no %q in\n%s", err, want, text.String())
	}
}
