package report_test

import (
	"bytes"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/summary"
)

// How long services take to recover has a column where any fix has the figure, and none elsewhere.
func TestGoodputBackHasAColumn(t *testing.T) {
	s := sample()
	detail := func() string {
		var text bytes.Buffer
		if err := report.Detail(&text, s); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	if text := detail(); strings.Contains(text, "GOODPUT BACK") {
		t.Errorf("a column without a figure:\n%s", text)
	}
	row := ratio(summary.GoodputBack, results.Recovery, "ns", 2.5e9, 0.2e9, within(-0.92, -0.95, -0.8))
	row.Before.AtLeast = true
	s.Fixes[0].Rows = append(s.Fixes[0].Rows, row)
	text := detail()
	if strings.Count(text, "GOODPUT BACK") != 1 || strings.Count(text, ">=2.5 s -> 200 ms") != 2 {
		t.Errorf("not in the table of all fixes and in that of its own:\n%s", text)
	}
}
