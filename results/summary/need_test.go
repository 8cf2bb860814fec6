package summary_test

import (
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// undecided writes 8 pairs that are 20 % better on the whole, and too noisy to show it.
func undecided(w *world) {
	for i, factor := range []float64{0.5, 1.1, 0.6, 1.3, 0.7, 1.2, 0.5, 1.1} {
		w.pair(i+1, slower(results.UnderTrigger, factor))
	}
}

func TestNeed(t *testing.T) {
	w := newWorld(t, repair)
	undecided(w)
	f := w.fix()
	if f.Verdict != stat.Inconclusive || f.Need == nil {
		t.Fatalf("%v, need %+v", f.Verdict, f.Need)
	}
	// The command is for the whole run: 8 pairs, those that lack, and one in reserve, of two trials of 12 s each.
	const more = 20
	want := summary.Need{
		MorePairs: more, Time: 2 * (8 + more + 1) * 12 * sec,
		Command: "aftershock run leader-churn --fix repair --pairs 28 --seed 7 --budget 12m",
	}
	if *f.Need != want {
		t.Errorf("got  %+v\nwant %+v", *f.Need, want)
	}
	if want := "the interval is too wide to tell a change from none, with a margin of 10 %"; !strings.HasPrefix(f.Why, want+" (half-width ") {
		t.Errorf("because %q, want %q", f.Why, want)
	}
}

// The command runs what was run: the file that was named, not a built-in scenario of the same name, with the same runtime
// and on the same cores.
func TestNeedRepeatsTheRun(t *testing.T) {
	w := newWorld(t, repair)
	w.run.Command = []string{"aftershock", "run", "my/churn.yaml", "--fix", "repair", "--pairs", "8", "--seed", "7"}
	w.run.Cluster, w.run.Pinning = "embedded", &results.Pinning{Worker: "0", Others: "1"}
	undecided(w)
	f := w.fix()
	want := "aftershock run my/churn.yaml --fix repair --pairs 28 --seed 7 --cluster embedded --pin --budget 12m"
	if f.Need == nil || f.Need.Command != want {
		t.Errorf("got  %+v\nwant %s", f.Need, want)
	}
}

// A password is nowhere in the command: the file that holds it is.
func TestNeedReachesAnExternalCluster(t *testing.T) {
	w := newWorld(t, repair)
	reached := "--endpoints http://127.0.0.1:2379 --cacert ca.pem --credentials file --allow-fault leader-transfer --allow-foreign-keys"
	w.run.Command = strings.Fields("aftershock run churn --fix repair --pairs 8 --seed 7 --cluster external " + reached + " --budget 5m")
	w.run.Cluster = results.External
	undecided(w)
	f := w.fix()
	want := "aftershock run churn --fix repair --pairs 28 --seed 7 --cluster external " + reached + " --budget 12m"
	if f.Need == nil || f.Need.Command != want {
		t.Errorf("got  %+v\nwant %s", f.Need, want)
	}
}

// What the run was told of places holds for the longer run as well, and blanks in them do not end the word.
func TestNeedCanBePasted(t *testing.T) {
	w := newWorld(t, repair)
	w.run.Command = []string{"my bin/aftershock", "run", "my churn.yaml", "--fix", "repair", "--out", "my runs", "--calibration", "it's here"}
	undecided(w)
	f := w.fix()
	want := `'my bin/aftershock' run 'my churn.yaml' --fix repair --pairs 28 --seed 7 --out 'my runs' --calibration 'it'\''s here' --budget 12m`
	if f.Need == nil || f.Need.Command != want {
		t.Errorf("got  %+v\nwant %s", f.Need, want)
	}
}

// The command runs one fix, so it asks for as many pairs whatever else this run did.
func TestNeedIsThatOfTheFixAlone(t *testing.T) {
	w := newWorld(t, repair)
	undecided(w)
	want := w.fix().Need
	for _, name := range []string{"second", "third"} {
		other := repair
		other.Name = name
		w.run.Fixes = append(w.run.Fixes, other)
	}
	if got := w.fix().Need; got == nil || *got != *want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// A run that does not fit its budget is refused, so the budget in the command is never below the time.
func TestNeedFitsItsBudget(t *testing.T) {
	w := newWorld(t, repair)
	undecided(w)
	// The sixth makes 58 trials take half a second more than a minute.
	for _, trial := range []time.Duration{1, ms, 12 * sec, 60 * sec, time.Hour, 1_043_103_449} {
		w.run.TrialTime = trial
		need := w.fix().Need
		if need == nil {
			t.Fatal("no need")
		}
		_, budget, _ := strings.Cut(need.Command, "--budget ")
		given, err := time.ParseDuration(budget)
		if err != nil || given < need.Time || given >= need.Time+time.Minute {
			t.Errorf("trials of %v: %v for %v, %v", trial, budget, need.Time, err)
		}
	}
}
