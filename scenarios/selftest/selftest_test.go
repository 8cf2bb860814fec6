package selftest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/harness/suite"
	"aftershock/results"
)

// watcher remembers which parts were begun.
type watcher struct{ began []string }

func (w *watcher) Began(part string, _ suite.Progress) { w.began = append(w.began, part) }
func (w *watcher) Done(Finding)                        {}
func (w *watcher) Invalid(results.Trial)               {}

func options(t *testing.T, w Observer) Options {
	t.Helper()
	return Options{Out: t.TempDir(), Free: 3, Clustered: 2, Seed: 5, Command: []string{"aftershock", "selftest"}, Observer: w}
}

func TestTheFullFormHasEveryPartAndSaysHowLongItTakes(t *testing.T) {
	s, err := New(options(t, &watcher{}))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	seeds := map[string]bool{}
	for _, p := range s.parts {
		names = append(names, p.name)
		seeds[p.name] = p.takes > 0
	}
	want := []string{
		"oracle", "control", "within-margin", "aa-free-0001", "aa-free-0002", "aa-free-0003", "aa-cluster-0001", "aa-cluster-0002",
	}
	if !slices.Equal(names, want) {
		t.Errorf("parts %v, want %v", names, want)
	}
	for name, timed := range seeds {
		if !timed {
			t.Errorf("%s takes no time", name)
		}
	}
	o := options(t, &watcher{})
	o.Free = 13
	longer, err := New(o)
	if err != nil || longer.Takes() <= s.Takes() {
		t.Errorf("10 runs more take %v instead of %v, %v", longer.Takes(), s.Takes(), err)
	}
}

func TestQuickFitsIntoThreeMinutes(t *testing.T) {
	o := options(t, &watcher{})
	o.Quick = true
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if all := len(s.Parts); all != 3 || s.Takes() > 3*time.Minute {
		t.Errorf("%d parts in %v", all, s.Takes())
	}
}

func TestNewRefuses(t *testing.T) {
	for _, change := range []func(*Options){
		func(o *Options) { o.Free = 0 }, func(o *Options) { o.Clustered = 0 }, func(o *Options) { o.Free = most + 1 },
	} {
		o := options(t, &watcher{})
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), "allowed: 1 to 10000") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

// A part stands in for a real one: it holds, or ends as if the user had pressed Ctrl-C.
func parts(failAt string) []part {
	var all []part
	for _, name := range []string{"one", "two", "three"} {
		all = append(all, part{name: name, takes: time.Second, run: func(_ context.Context, r runs) (Finding, error) {
			if name == failAt {
				return Finding{}, context.Canceled
			}
			if _, err := os.Stat(r.folder); err != nil {
				return Finding{}, err
			}
			return Finding{Checks: []results.Check{{Name: name, Holds: true}}}, nil
		}})
	}
	return all
}

func TestASelftestThatWasCutShortGoesOnWhereItWas(t *testing.T) {
	w := &watcher{}
	o := options(t, w)
	o.Quick = true // the full form would miss the rates that these parts do not count
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.take(parts("two"))
	folder, _, err := s.Run(t.Context())
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	again, err := Resume(folder, w)
	if err != nil {
		t.Fatal(err)
	}
	again.take(parts(""))
	if left := again.Pending(); len(left) != 2 || again.Takes() != 2*time.Second {
		t.Errorf("%v are left, and %v", left, again.Takes())
	}
	_, c, err := again.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"one", "two", "two", "three"}; !slices.Equal(w.began, want) {
		t.Errorf("began %v, want %v", w.began, want)
	}
	if len(c.Checks) != 3 || c.Result == "" || c.Schema != results.CalibrationSchema || c.Environment.Host == "" || Answer(c) != nil {
		t.Errorf("calibration %+v", c)
	}
}

func TestResumeRefuses(t *testing.T) {
	if _, err := Resume(t.TempDir(), &watcher{}); err == nil ||
		!strings.Contains(err.Error(), "is not a selftest's folder") {
		t.Errorf("error %v", err)
	}
	s, err := New(options(t, &watcher{}))
	if err != nil {
		t.Fatal(err)
	}
	s.take(parts("two"))
	folder, _, _ := s.Run(t.Context())
	file := filepath.Join(folder, recordFile)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(string(text), `"binary": "`, `"binary": "0`, 1)
	if err := os.WriteFile(file, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Resume(folder, &watcher{}); err == nil || !strings.Contains(err.Error(), "binary was 0") {
		t.Errorf("error %v", err)
	}
}

func looks(metric string, alarms, runs int) []Finding {
	var all []Finding
	for i := range runs {
		all = append(all, Finding{Looks: []Look{{
			Metric: results.Metric{Name: metric, Phase: results.Steady}, Through: ClusterFree, Pairs: 6, Alarm: i < alarms,
		}}})
	}
	return all
}

func TestConclude(t *testing.T) {
	check := func(holds, undecided bool) Finding {
		return Finding{Checks: []results.Check{{Name: "x", Holds: holds, Undecided: undecided}}}
	}
	for name, c := range map[string]struct {
		findings []Finding
		result   results.Soundness
		answer   error
		upper    float64
	}{
		"all hold":        {[]Finding{check(true, false)}, results.Sound, nil, 0},
		"one fails":       {[]Finding{check(true, false), check(false, false)}, results.Unsound, ErrUnsound, 0},
		"one undecided":   {[]Finding{check(true, false), check(false, true)}, results.Undecided, ErrUndecided, 0},
		"fails outranks":  {[]Finding{check(false, true), check(false, false)}, results.Unsound, ErrUnsound, 0},
		"0 of 60":         {looks("p99", 0, 60), results.Sound, nil, 0.0487},
		"1 of 100":        {looks("p99", 1, 100), results.Sound, nil, 0.0466},
		"5 of 60":         {looks("p99", 5, 60), results.Sound, nil, 0.1673},
		"7 of 60":         {looks("p99", 7, 60), results.Undecided, ErrUndecided, 0.2078}, // 95 % say no, 99 % do not yet
		"8 of 60":         {looks("p99", 8, 60), results.Unsound, ErrUnsound, 0.2277},
		"10 of 100":       {looks("p99", 10, 100), results.Undecided, ErrUndecided, 0.1637},
		"13 of 100":       {looks("p99", 13, 100), results.Unsound, ErrUnsound, 0.1990},
		"two metrics":     {append(looks("p99", 0, 60), looks("build_p50", 30, 60)...), results.Unsound, ErrUnsound, 0.0487},
		"nothing to show": {nil, results.Sound, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := conclude(c.findings, true)
			if err != nil {
				t.Fatal(err)
			}
			if got.Result != c.result || !errors.Is(Answer(got), c.answer) {
				t.Errorf("%s, answer %v", got.Result, Answer(got))
			}
			if c.upper > 0 && (len(got.Rates) == 0 || got.Rates[0].Upper < c.upper-0.0005 || got.Rates[0].Upper > c.upper+0.0005) {
				t.Errorf("rates %+v, want an upper bound of %v", got.Rates, c.upper)
			}
		})
	}
}

// What was never looked at, or was lost, must not look like a rate of none.
func TestWhatIsMissingDecidesNothing(t *testing.T) {
	var whole []Finding
	for through, metrics := range map[string][]results.Metric{ClusterFree: freeMetrics, ThroughCluster: clusterMetrics} {
		for _, m := range metrics {
			for range 20 {
				whole = append(whole, Finding{Looks: []Look{{Metric: m, Through: through, Pairs: 6}}})
			}
		}
	}
	without := slices.DeleteFunc(slices.Clone(whole), func(f Finding) bool {
		return f.Looks[0].Metric == clusterMetrics[0] && f.Looks[0].Through == ThroughCluster
	})
	lost := func(n int) []Finding {
		return append(slices.Clone(whole), slices.Repeat([]Finding{{Lost: "no valid pair"}}, n)...)
	}
	for name, c := range map[string]struct {
		findings []Finding
		want     results.Soundness
	}{
		"whole": {whole, results.Sound}, "a metric without a figure": {without, results.Undecided},
		"one lost": {lost(1), results.Sound}, "many lost": {lost(60), results.Undecided},
	} {
		got, err := conclude(c.findings, false)
		if err != nil || got.Result != c.want {
			t.Errorf("%s: %s, want %s; %v: %+v", name, got.Result, c.want, err, got.Checks)
		}
	}
}
