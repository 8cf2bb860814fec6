package report_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"aftershock/internal/golden"
	"aftershock/results/bisect"
	"aftershock/results/report"
)

// sampleBisect is what the test of logs leaves.
func sampleBisect() bisect.Log {
	data, err := os.ReadFile("../bisect/testdata/bisect.json")
	if err != nil {
		panic(err)
	}
	l, err := bisect.Parse("bisect.json", data)
	if err != nil {
		panic(err)
	}
	return l
}

func TestBisectAsMarkdown(t *testing.T) {
	l := sampleBisect()
	l.Revisions[6].Subject = "a | pipe <script>"
	var page bytes.Buffer
	if err := report.Bisect(&page, l, "the time is over"); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/bisect.md", page.Bytes())
}

func TestWhatABisectAnswers(t *testing.T) {
	l := sampleBisect()
	with := func(steps ...bisect.Step) bisect.Log {
		l := l
		l.Steps = steps
		return l
	}
	same := bisect.Step{Revision: 9, Outcome: bisect.Same, Program: l.Program}
	null := bisect.Step{Revision: 9, Outcome: bisect.Measured, Measured: &bisect.Measurement{Error: 0.1, Pairs: 12}}
	half := l.Steps[0]
	half.Revision = 5
	for _, c := range []struct {
		log  bisect.Log
		want string
	}{
		{with(), "the time is over"},
		{with(l.Steps[0], half), "the time is over; 5 revisions remain, 111111111111 to 555555555555"},
		{l, "one of 2 revisions that cannot be told apart, 666666666666 to 777777777777, changed it by +30.4 % ["},
		{with(same), "main and v1.0.0 are built to the same bytes"},
		{with(null, null, null, null, null, null), "main could not be told from v1.0.0 in 6 steps"},
	} {
		if got := report.BisectAnswer(c.log, "the time is over"); !strings.HasPrefix(got, c.want) {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	if got := report.BisectStep(with(l.Steps[0])); !strings.HasPrefix(got, "step 1, 999999999999: +30.0 % [") ||
		!strings.Contains(got, "; likeliest: ") {
		t.Errorf("got %s", got)
	}
}
