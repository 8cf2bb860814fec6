package article

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/suite"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/scenarios/article/claims"
	"aftershock/scenarios/fixes"
)

func TestMain(m *testing.M) {
	harness.Child(fixes.Registry())
	// These tests share their machine with others.
	harness.MostLate, harness.Disturbed = 10*time.Second, 1
	os.Exit(m.Run())
}

// tiny makes scenarios of half a second, and a claim by the control in each.
func tiny(t *testing.T, names ...string) (all []claims.Claim) {
	t.Helper()
	text, err := os.ReadFile("testdata/tiny.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, name := range names {
		file := filepath.Join(folder, name+".yaml")
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), "name: tiny", "name: "+name, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		all = append(all, claims.Claim{Name: name, Fixes: []claims.Evidence{{Fix: "control", Scenario: file}}, Rule: claims.Stands})
	}
	return all
}

// watcher does something when a part begins.
type watcher struct {
	began func(p claims.Part)
	left  []time.Duration
	ended []error
}

func (w *watcher) Began(p claims.Part, at suite.Progress) harness.Observer {
	w.left = append(w.left, at.Left)
	if w.began != nil {
		w.began(p)
	}
	return unseen{}
}

func (w *watcher) Ended(_ claims.Part, _ string, err error) { w.ended = append(w.ended, err) }

type unseen struct{}

func (unseen) Started(string, results.Run, func() harness.Status) {}
func (unseen) TrialDone(results.Trial)                            {}
func (unseen) Loaded(results.Load)                                {}
func (unseen) FixDone(string)                                     {}

func options(t *testing.T, w *watcher) Options {
	t.Helper()
	return Options{
		Registry: fixes.Registry(), Out: t.TempDir(), Seed: 5, Quick: true, Command: []string{"aftershock", "run", Name}, Observer: w,
	}
}

func begin(t *testing.T, all []claims.Claim, o Options) *Article {
	t.Helper()
	a, err := New(all, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// only is the one folder below another.
func only(t *testing.T, folder string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*-article-*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	return found[0]
}

// A run that cannot be made leaves its claim undecided and stops no other; resuming makes it, and only it.
func TestARunThatFailsStopsNoOther(t *testing.T) {
	slow.Alone(t)
	w := &watcher{}
	o := options(t, w)
	inTheWay := func() string { return filepath.Join(only(t, o.Out), claims.RunsDir) }
	w.began = func(p claims.Part) {
		if p.Name == "01-first" {
			if err := os.MkdirAll(inTheWay(), 0o755); err != nil {
				t.Error(err)
			}
			if err := os.WriteFile(filepath.Join(inTheWay(), p.Name), nil, 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	folder, err := begin(t, tiny(t, "first", "second"), o).Run(context.Background())
	if err == nil || !strings.Contains(err.Error(), "1 of 2 runs failed: ") || !strings.Contains(err.Error(), "not a directory") {
		t.Fatalf("got %v", err)
	}
	if len(w.ended) != 2 || w.ended[0] == nil || w.ended[1] != nil {
		t.Fatalf("parts %v", w.ended)
	}
	table, err := claims.Compute(folder)
	if err != nil || table.Parts[0].Whole || !table.Parts[1].Whole {
		t.Fatalf("%v, %+v", err, table.Parts)
	}
	if first := table.Rows[0]; first.Verdict != claims.Undecided || !strings.Contains(first.Why, "not a directory") {
		t.Errorf("%s: %q", first.Verdict, first.Why)
	}
	if other := table.Rows[1]; other.Verdict != claims.Undecided || other.Outcomes[0].Pairs.Planned != 3 || other.Outcomes[0].Figure == nil {
		t.Errorf("the other was not looked at: %+v", other)
	}
	if err := os.Remove(filepath.Join(inTheWay(), "01-first")); err != nil {
		t.Fatal(err)
	}
	*w = watcher{}
	a, err := Resume(folder, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Run(context.Background()); err != nil || len(w.ended) != 1 || w.ended[0] != nil {
		t.Fatalf("%v, parts %v", err, w.ended)
	}
	if all := a.Runs(); w.left[0] != all[0].Takes {
		t.Errorf("%v are left of all, want %v: the other is through", w.left[0], all[0].Takes)
	}
	if table, err = claims.Compute(folder); err != nil || !table.Parts[0].Whole || table.Parts[0].Why != "" {
		t.Errorf("%v, %+v", err, table.Parts)
	}
	if _, err := Resume(folder, o); err == nil || !strings.Contains(err.Error(), "nothing to resume") {
		t.Errorf("a whole one: %v", err)
	}
}

// A fix that the worker's own binary does not know does not start.
func TestASuiteWithoutAValidPairSaysSo(t *testing.T) {
	slow.Alone(t)
	all, o := tiny(t, "first"), options(t, &watcher{})
	o.Registry.Fixes = slices.Clone(o.Registry.Fixes)
	for i := range o.Registry.Fixes {
		if f := &o.Registry.Fixes[i]; f.Name == all[0].Fixes[0].Fix {
			f.Name = "stranger"
		}
	}
	for i := range all {
		all[i].Fixes[0].Fix = "stranger"
	}
	folder, err := begin(t, all, o).Run(context.Background())
	if !errors.Is(err, harness.ErrNoValidPair) {
		t.Fatalf("got %v, want ErrNoValidPair", err)
	}
	table, err := claims.Compute(folder)
	if err != nil || table.Rows[0].Verdict != claims.Undecided || !strings.Contains(table.Rows[0].Why, "no pair can be judged") {
		t.Errorf("%v, %+v", err, table.Rows)
	}
}

func TestAnInterruptedSuiteKeepsWhatItHas(t *testing.T) {
	slow.Alone(t)
	cause := errors.New("enough")
	ctx, interrupt := context.WithCancelCause(context.Background())
	w := &watcher{began: func(p claims.Part) {
		if p.Name == "02-second" {
			interrupt(cause)
		}
	}}
	o := options(t, w)
	folder, err := begin(t, tiny(t, "first", "second", "third"), o).Run(ctx)
	if !errors.Is(err, cause) || len(w.ended) != 2 {
		t.Fatalf("%v, parts %v", err, w.ended)
	}
	table, err := claims.Compute(folder)
	if err != nil || !table.Parts[0].Whole || table.Parts[1].Whole || table.Parts[2].Folder != "" {
		t.Fatalf("%v, %+v", err, table.Parts)
	}
	*w = watcher{}
	a, err := Resume(folder, o)
	if err != nil {
		t.Fatal(err)
	}
	if all, left := a.Runs(), a.Pending(); len(all) != 3 || len(left) != 2 || a.Takes() != all[1].Takes+all[2].Takes {
		t.Errorf("%v of %d parts are left, and %v", left, len(all), a.Takes())
	}
	if _, err := a.Run(context.Background()); err != nil || len(w.ended) != 2 {
		t.Fatalf("%v, parts %v", err, w.ended)
	}
	if table, err = claims.Compute(folder); err != nil || !table.Parts[1].Whole || !table.Parts[2].Whole {
		t.Errorf("%v, %+v", err, table.Parts)
	}
}

// Each part is an ordinary run, which its own command repeats.
func TestPartsAreOrdinaryRuns(t *testing.T) {
	slow.Alone(t)
	o := options(t, &watcher{})
	folder, err := begin(t, tiny(t, "first"), o).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	record, err := claims.ReadRecord(folder)
	if err != nil || len(record.Probes) != 2 || record.Seed != 5 {
		t.Fatalf("%v, %+v", err, record)
	}
	place, err := record.Parts[0].Run(folder)
	if err != nil {
		t.Fatal(err)
	}
	run, err := results.ReadRun(place)
	want := "aftershock run " + record.Parts[0].Scenario + " --fix control --pairs 3 --seed 5"
	if got := strings.Join(run.Command, " "); err != nil || got != want || run.Status != results.Complete {
		t.Errorf("%v: %s, %s\nwant %s", err, run.Status, got, want)
	}
}

func TestWhatCannotBeLaidOut(t *testing.T) {
	for name, c := range map[string]struct{ fix, scenario, want string }{
		"an unknown scenario": {"control", "leader-chrun", "leader-churn"},
		"an unknown fix":      {"contrl", "cluster-free", "control"},
	} {
		_, err := New([]claims.Claim{{Name: name, Fixes: []claims.Evidence{{Fix: c.fix, Scenario: c.scenario}}}}, options(t, &watcher{}))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Resume(t.TempDir(), Options{}); err == nil ||
		!strings.Contains(err.Error(), "is not a folder of article run") {
		t.Errorf("a folder of something else: %v", err)
	}
}
