package report_test

import (
	"bytes"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/report/reporttest"
	"aftershock/results/summary"
)

func versusPage(t testing.TB, v summary.Versus) string {
	t.Helper()
	var text bytes.Buffer
	if err := report.VersusPage(&text, v); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// What forced a comparison stands on top, and each arm of both runs has its pairs and its figures.
func TestThePageOfTwoRuns(t *testing.T) {
	other := reporttest.Run{Fixes: 1, Pairs: 3, Edit: func(r *results.Run) { r.ID, r.Seed = "another-run", 8 }}
	v, err := summary.CompareRuns(reporttest.Run{Fixes: 1, Pairs: 3}.Write(t), other.Write(t), true)
	if err != nil {
		t.Fatal(err)
	}
	text := versusPage(t, v)
	head, rest, _ := strings.Cut(text, "</header>")
	if !strings.Contains(head, `<ul class="alarms"`) || !strings.Contains(head, "seed") {
		t.Errorf("that the runs differ is not said on top: %s", head[max(0, len(head)-400):])
	}
	for _, want := range []string{"fix-1, before", "fix-1, after", "B seen from A", "another-run"} {
		if !strings.Contains(rest+head, want) {
			t.Errorf("no %q", want)
		}
	}
	d := dataOf(t, text)
	if len(d.Fixes) != len(v.Arms) || len(v.Arms) != 2 {
		t.Fatalf("%d arms are drawn of %d", len(d.Fixes), len(v.Arms))
	}
	for i, a := range v.Arms {
		for _, r := range a.Rows {
			if r.Metric == a.Primary && len(d.Fixes[i].Judged.Values[1]) != len(r.After.Values) {
				t.Errorf("%s, %s: %v", a.Fix, a.Arm, d.Fixes[i].Judged)
			}
		}
	}
	v.Forced = nil
	if text := versusPage(t, v); strings.Contains(text, `<ul class="alarms"`) {
		t.Error("runs that can be compared have an alarm")
	}
}

// Names stay text, and two runs without anything in common have a page as well.
func TestOddPagesOfTwoRuns(t *testing.T) {
	v := sampleVersus()
	v.A.ID, v.Arms[0].Fix, v.Warnings[0].What = "</script><script>", `"><img src=x>`, "</style>\u202e"
	plain := versusPage(t, sampleVersus())
	text := versusPage(t, v)
	for _, element := range []string{"<script", "</script", "</style", "<img", "<tr", "<svg", "\u202e"} {
		if got, want := strings.Count(text, element), strings.Count(plain, element); got != want {
			t.Errorf("%d of %q, want %d", got, element, want)
		}
	}
	versusPage(t, summary.Versus{})
	versusPage(t, summary.Versus{Arms: make([]summary.VersusArm, 1)})
}
