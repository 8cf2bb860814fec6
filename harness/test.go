package harness

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"aftershock/internal/process"
	"aftershock/results"
	"aftershock/results/ops"
)

// T is what Test needs of a *testing.T or *testing.B.
type T interface {
	Helper()
	Context() context.Context
	TempDir() string
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Skipf(format string, args ...any)
}

// Test runs one trial of a service on a cluster of three members, with the faults of s, and fails t when the service
// was silent for longer than s.Outage, crashed, or lost writes that it had acknowledged. The plan is the same each
// time. A trial that fails while other processes disturb it is tried again, and the test is skipped when each was.
//
// Members and the service are children of the test's own binary, so TestMain begins with Child, and its registry has
// the service:
//
//	var store = harness.Plain("store", harness.Func(start))
//
//	func TestMain(m *testing.M) {
//		harness.Child(harness.Registry{Fixes: []harness.Fix{store}})
//		os.Exit(m.Run())
//	}
//
//	func TestTheStoreSurvivesTheLossOfTheLeader(t *testing.T) {
//		harness.Test(t, store, harness.Survival{Outage: 3 * time.Second})
//	}
//
// With the zero Survival a trial takes about ten seconds.
func Test(t T, service Fix, s Survival) Survived {
	t.Helper()
	if err := findable(service); err != nil {
		t.Fatalf("harness.Test: %v", err)
		return Survived{}
	}
	if s.Out == "" {
		s.Out = t.TempDir()
	}
	outage := cmp.Or(s.Outage, 5*time.Second)
	var disturbances []string
	for range cmp.Or(s.Attempts, 3) {
		seen, err := s.try(t.Context(), service)
		if err != nil {
			t.Fatalf("harness.Test: %v", err)
			return seen
		}
		failures, certain := seen.failures(outage)
		if len(failures) == 0 {
			t.Logf("%s survived: silent for %v at most, %d calls, %d failed, %d writes acknowledged and none lost",
				service.Name, seen.Silence.Round(time.Millisecond), seen.Calls.Offered, seen.Calls.Failed,
				seen.Acknowledged)
			return seen
		}
		why, disturbed := seen.disturbed()
		if certain || !disturbed {
			t.Errorf("%s has not survived: %s (%s)", service.Name, strings.Join(failures, "; "), seen.Folder)
			return seen
		}
		t.Logf("a disturbed trial is tried again: %s; %s", why, strings.Join(failures, "; "))
		disturbances = append(disturbances, why)
	}
	t.Skipf("SKIPPED, AND NOTHING IS KNOWN: each of %d trials was disturbed: %s",
		len(disturbances), strings.Join(disturbances, "; "))
	return Survived{}
}

// findable refuses a service that a child of this process would not find.
func findable(service Fix) error {
	if children == nil || process.Role() != "" {
		return errors.New("TestMain must begin with harness.Child, or the test's binary cannot be its own members")
	}
	_, err := children.Find(service.Name)
	return err
}

// try runs one trial. The error says why there was none.
func (s Survival) try(ctx context.Context, service Fix) (seen Survived, err error) {
	w := &only{}
	options := s.Options(service, 1)
	options.Command = results.Invocation{"go", "test"}
	folder, err := Run(ctx, options, w)
	if err != nil && (!errors.Is(err, ErrNoValidPair) || w.trial == nil) {
		return seen, err
	}
	seen.Trial = *w.trial
	seen.Folder = filepath.Join(folder, results.TrialDir(w.trial.Slot(), w.trial.Attempt))
	log, err := ops.Read(filepath.Join(seen.Folder, results.OpsFile))
	if err != nil {
		return seen, err
	}
	seen.read(log)
	return seen, nil
}

// only is an observer that keeps the run's one trial.
type only struct{ trial *results.Trial }

func (*only) Started(string, results.Run, func() Status) {}
func (*only) Loaded(results.Load)                        {}
func (o *only) TrialDone(t results.Trial)                { o.trial = &t }
func (*only) FixDone(string)                             {}
