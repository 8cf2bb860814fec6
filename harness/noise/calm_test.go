package noise

import (
	"context"
	"errors"
	"testing"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
)

// weather is a machine of two cores on which others take given shares, one a slice; the last goes on for ever.
type weather struct {
	others []float64
	now    Reading
	slept  int
}

func newWeather(others ...float64) *weather {
	return &weather{others: others, now: Reading{At: clock.Nanos(time.Hour), known: true}}
}

// pass lets time go by.
func (w *weather) pass(d time.Duration) {
	others := w.others[0]
	if len(w.others) > 1 {
		w.others = w.others[1:]
	}
	n := uint64(2 * d / tick)
	busy := uint64(others * float64(n))
	w.now.At = w.now.At.Add(d)
	w.now.cpu[0] += busy
	w.now.cpu[3] += n - busy
}

func (w *weather) read() Reading { return w.now }

func (w *weather) sleep(ctx context.Context, d time.Duration) error {
	w.slept++
	w.pass(d)
	return context.Cause(ctx)
}

func (w *weather) wait(t *testing.T, c *Calm, since Reading) time.Duration {
	t.Helper()
	waited, err := c.wait(context.Background(), since, w.read, w.sleep)
	if err != nil {
		t.Fatal(err)
	}
	return waited
}

var patient = results.Patience{Block: 15 * time.Second, Run: 90 * time.Second}

func TestWaitForCalm(t *testing.T) {
	for _, c := range []struct {
		name     string
		patience results.Patience
		others   []float64
		want     time.Duration
	}{
		{"calm at once", patient, []float64{0.05}, slice},
		{"a burst of two seconds", patient, []float64{0.5, 0.5, 0.5, 0.5, 0.02}, 5 * slice},
		{"just calm", patient, []float64{0.1}, slice},
		{"never", patient, []float64{0.5}, 15 * time.Second},
		{"no patience", results.Patience{}, []float64{0.5}, 0},
		{"little patience", results.Patience{Block: 15 * time.Second, Run: 1200 * time.Millisecond}, []float64{0.5}, time.Second},
		{"less than a look takes", results.Patience{Block: 400 * time.Millisecond, Run: time.Minute}, []float64{0.5}, 0},
	} {
		w, calm := newWeather(c.others...), Calm{Patience: c.patience}
		if got := w.wait(t, &calm, Reading{}); got != c.want || calm.Waited != got {
			t.Errorf("%s: waited %v, in all %v, want %v", c.name, got, calm.Waited, c.want)
		}
	}
}

// Where the end of the trial before shows that it is calm, nothing is waited for at all.
func TestALookThatIsSaved(t *testing.T) {
	w, c := newWeather(0.01, 0.5, 0.5, 0), Calm{Patience: patient}
	since := w.read()
	w.pass(time.Second)
	if got := w.wait(t, &c, since); got != 0 || w.slept != 0 {
		t.Errorf("calm before: waited %v, slept %d times", got, w.slept)
	}
	since = w.read()
	w.pass(time.Second)
	if got := w.wait(t, &c, since); got != 2*slice {
		t.Errorf("a burst before: waited %v", got)
	}
	since = w.read()
	w.pass(10 * time.Millisecond)
	if got := w.wait(t, &c, since); got != slice {
		t.Errorf("too short a time to say anything: waited %v", got)
	}
}

// All blocks together wait for no longer than the run allows.
func TestPatienceOfTheRun(t *testing.T) {
	w, c := newWeather(0.05, 0.9), Calm{Patience: results.Patience{Block: 4 * time.Second, Run: 10 * time.Second}}
	c.met = []float64{0, 0, 0, 0, 0, 0, 0} // blocks that were calm, so that this one is not the usual
	for range 20 {
		w.wait(t, &c, Reading{})
	}
	if c.Waited > 10*time.Second || c.Waited < 9*time.Second {
		t.Errorf("waited %v of 10 s", c.Waited)
	}
}

// On a machine that others use all the time, waiting for it to be idle would only spend the budget.
func TestWhatIsUsualIsCalm(t *testing.T) {
	w, c := newWeather(0.34), Calm{Patience: patient}
	if first := w.wait(t, &c, Reading{}); first != patient.Block {
		t.Errorf("the first block waited %v", first)
	}
	for range 5 {
		if got := w.wait(t, &c, Reading{}); got != slice {
			t.Errorf("a later block waited %v", got)
		}
	}
	w.others = []float64{0.8, 0.8, 0.34}
	if got := w.wait(t, &c, Reading{}); got != 3*slice {
		t.Errorf("a burst on top of it: waited %v", got)
	}
}

func TestNoCountersNoWait(t *testing.T) {
	w, c := newWeather(0.9), Calm{Patience: patient}
	w.now.known = false
	if got := w.wait(t, &c, Reading{}); got != slice {
		t.Errorf("waited %v", got)
	}
}

func TestAWaitIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cause := errors.New("Ctrl-C")
	cancel(cause)
	w, c := newWeather(0.9), Calm{Patience: patient}
	waited, err := c.wait(ctx, Reading{}, w.read, w.sleep)
	if !errors.Is(err, cause) || waited != slice || c.Waited != waited {
		t.Errorf("waited %v, %v", waited, err)
	}
	if _, err := Look(ctx, time.Hour); !errors.Is(err, cause) {
		t.Errorf("a look: %v", err)
	}
}

func TestLook(t *testing.T) {
	got, err := Look(context.Background(), 50*time.Millisecond)
	if err != nil || got.Took < 50*time.Millisecond || got.Cores < 1 || !got.Known || got.Others() < 0 {
		t.Errorf("%+v, %v", got, err)
	}
	for want, l := range map[string]results.Look{
		"2 cores, others use 34 %, steal 1 %":               {Cores: 2, Taken: results.Taken{Known: true, Strangers: 0.336, Steal: 0.01}},
		"1 core, others use 0 %, steal 0 %":                 {Cores: 1, Taken: results.Taken{Known: true}},
		"4 cores; the kernel does not tell what others use": {Cores: 4},
	} {
		if l.String() != want {
			t.Errorf("%q, want %q", l, want)
		}
	}
}
