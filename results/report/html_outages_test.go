package report_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"aftershock/results/ops"
	"aftershock/results/report"
	"aftershock/results/report/reporttest"
)

// rowsOf are the cells of the tables of a section, without their markup.
func rowsOf(t testing.TB, text, section string) (rows [][]string) {
	t.Helper()
	_, from, found := strings.Cut(text, `<section id="`+section+`">`)
	if !found {
		t.Fatalf("no section %s", section)
	}
	part, _, _ := strings.Cut(from, "</section>")
	for _, row := range regexp.MustCompile(`(?s)<tr[^>]*>(.*?)</tr>`).FindAllStringSubmatch(part, -1) {
		var cells []string
		for _, cell := range regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`).FindAllStringSubmatch(row[1], -1) {
			cells = append(cells, html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(cell[1], "")))
		}
		rows = append(rows, cells)
	}
	return rows
}

// Each moment and each client of a kind of fault has a row with both arms, and says "to the end" where the trial ended
// first.
func TestOutagesAreDrawnForEachFaultAndClient(t *testing.T) {
	rows := rowsOf(t, written(t, "html", report.Input{Summary: sample(), Folder: t.TempDir()}), "outages")
	want := [][]string{
		{"leader-transfer, 12 faults"}, {"leader lost", "", "1.9 ms (1.1 ms-2 ms)", "1.9 ms (1.1 ms-2 ms)"},
		{"new leader", "", "2.5 ms (2 ms-4 ms)", "2.5 ms (2 ms-4 ms)"},
		{"without leader", "", "600 us (0 s-2 ms)", "600 us (0 s-2 ms)"},
		{"recovered", "", "2.7 ms (2.1 ms-4.1 ms)", "2.7 ms (2.1 ms-4.1 ms)"},
		{"collector out of service", "", "5 ms (4 ms-30 ms), 2 of 6", "5 ms (4 ms-30 ms), 2 of 6"},
		{"collector longest gap", "", "26 ms (25.1 ms-51 ms)", "26 ms (25.1 ms-51 ms)"},
		{"reader out of service", "", "never", "never"},
		{"reader longest gap", "", "26 ms (25.1 ms-51 ms)", "26 ms (25.1 ms-51 ms)"},
		{"follower-kill, 201 faults"},
	}
	for i, w := range want {
		if got := strings.Join(rows[1+i], "|"); got != strings.Join(w, "|") {
			t.Errorf("row %d: %q, want %q", i, got, w)
		}
	}
}

// A recovery is laid over the heal of each trial: an operation that is slow just after it is in the bin at 0.
func TestARecoveryBeginsWithTheHeal(t *testing.T) {
	const slow = 700 * time.Millisecond
	d := dataOf(t, htmlOf(t, reporttest.Run{Fixes: 1, Pairs: 3, Trial: func(d *reporttest.Trial) {
		for n := range d.Batch {
			if d.Batch[n].Intended == int64(8420*time.Millisecond) {
				d.Batch[n] = ops.Record{Outcome: ops.OK, Intended: d.Batch[n].Intended, Service: slow}
			}
		}
	}}.Write(t)))
	h := d.Fixes[0].Healed
	if h.Width != 0.05 || h.From != 0 || len(h.Sides) != 2 {
		t.Fatalf("%+v", h)
	}
	for arm, side := range h.Sides {
		if got := *side["middle"][0]; got != 700e3 {
			t.Errorf("arm %d: the slowest after the heal took %v us", arm, got)
		}
		if got := *side["high"][1]; got > 100e3 {
			t.Errorf("arm %d: the next bin has %v us", arm, got)
		}
	}
}
