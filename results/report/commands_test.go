package report_test

import (
	"strings"
	"testing"

	"aftershock/results/report"
)

// Whatever a folder is called, the commands at the end can be pasted; one that resumes a run on an external cluster
// says how that is reached.
func TestCommandsCanBePasted(t *testing.T) {
	s := sample()
	s.Run.Command = []string{
		"my bin/aftershock", "run", "my churn.yaml", "--cluster", "external", "--endpoints", "http://127.0.0.1:2379",
		"--credentials", "a file", "--seed", "7", "--out", "my runs", "--calibration", "it's here",
	}
	var text strings.Builder
	if err := report.Terminal(&text, s, "my runs/one"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"(every figure: 'my bin/aftershock' compare 'my runs/one')\n",
		"resume:  'my bin/aftershock' run --resume 'my runs/one' --endpoints http://127.0.0.1:2379 --credentials " +
			"'a file' " +
			`--calibration 'it'\''s here'` + "\n",
		"again:   'my bin/aftershock' run 'my churn.yaml' --cluster external --endpoints http://127.0.0.1:2379 --credentials 'a file' " +
			`--seed 7 --out 'my runs' --calibration 'it'\''s here'` + "\n",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("lacks %s:\n%s", want, text.String())
		}
	}
}
