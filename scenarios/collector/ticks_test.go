package collector

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"testing"

	"aftershock/harness"
	"aftershock/internal/clock"
)

// parts builds, and keeps of each call how many series it was given.
type parts struct{ sizes []int }

func (p *parts) Build(_ context.Context, into map[string]any, series []Series) {
	p.sizes = append(p.sizes, len(series))
	for i := range series {
		into[series[i].Key] = series[i].Value
	}
}

// lasts is done once it has been asked so often.
type lasts struct {
	context.Context
	questions int
}

func (l *lasts) Err() error {
	if l.questions--; l.questions < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

func TestABatchLacksWhatWasNotBuiltWhenItsTickWasDone(t *testing.T) {
	const n = 2*tickPart + 7
	series := make([]Series, n)
	for i := range series {
		series[i] = Series{Key: "n1:up_" + strconv.Itoa(i) + ":value", Value: float64(i)}
	}
	bounded, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, c := range map[string]struct {
		tick context.Context
		want []int
	}{
		"never done":           {context.Background(), []int{n}},
		"detached":             {context.WithoutCancel(bounded), []int{n}},
		"not done":             {bounded, []int{tickPart, tickPart, 7}},
		"done before it began": {&lasts{bounded, 0}, nil},
		"done in the middle":   {&lasts{bounded, 1}, []int{tickPart}},
		"done before the rest": {&lasts{bounded, 2}, []int{tickPart, tickPart}},
		"done at the end":      {&lasts{bounded, 3}, []int{tickPart, tickPart, 7}},
	} {
		built := &parts{}
		b := Batch{Values: map[string]any{}, Want: n}
		buildUnder(c.tick, built, t.Context(), b.Values, series)
		total := 0
		for _, size := range built.sizes {
			total += size
		}
		if !slices.Equal(built.sizes, c.want) || len(b.Values) != total || b.Complete() != (total == n) {
			t.Errorf("%s: it is built in parts of %v, want %v; it has %d of %d series", name, built.sizes, c.want, len(b.Values), n)
		}
		for i := range total {
			if b.Values[series[i].Key] != series[i].Value {
				t.Errorf("%s: %s is %v", name, series[i].Key, b.Values[series[i].Key])
			}
		}
	}
}

// begun counts ticks.
type begun struct{ times, waits int }

func (b *begun) Begin() (context.Context, context.CancelFunc) {
	b.times++
	return context.Background(), func() {}
}

func (b *begun) Wait() { b.waits++ }

// What is known and old is what a tick that needs no answer pays with.
func TestTicksThatGoOnWithAnOldConfigurationAreCounted(t *testing.T) {
	leader := newLeadership(t.Context(), func(harness.Signal, clock.Nanos) {})
	counted := map[string]uint64{}
	seams := Seams{NewTicker: func(context.Context, func(context.Context) error) Ticker { return &begun{} }}
	all := newTicks(t.Context(), seams, harness.Settings{TicksSetting: 1}, &remote{leader: leader},
		func(counter string, n uint64) { counted[counter] += n })
	all.begin()
	if len(counted) > 0 {
		t.Errorf("a tick with a new configuration counts as %v", counted)
	}
	all.read.Store(int64(clock.Now().Add(-2 * outdated)))
	all.begin()
	if n := counted[TicksOutdated]; n != 1 {
		t.Errorf("%d ticks count as outdated, want 1", n)
	}
}

func TestTicksThatBeginWithoutALeaderAreCounted(t *testing.T) {
	signals := 0
	leader := newLeadership(t.Context(), func(harness.Signal, clock.Nanos) { signals++ })
	ticker, counted := &begun{}, map[string]uint64{}
	seams := Seams{NewTicker: func(context.Context, func(context.Context) error) Ticker { return ticker }}
	all := newTicks(t.Context(), seams, harness.Settings{TicksSetting: 4}, &remote{leader: leader},
		func(counter string, n uint64) { counted[counter] += n })
	due := func(batches int) (ticks int) {
		for range batches {
			if all.due() {
				ticks++
				_, end := all.begin()
				end()
			}
		}
		return ticks
	}
	if n := due(12); n != 3 || len(counted) > 0 {
		t.Errorf("of 12 batches %d are ticks, counted are %v", n, counted)
	}
	leader.gone()
	if n := due(20); n != 5 {
		t.Errorf("of 20 batches %d are ticks", n)
	}
	leader.back()
	due(8)
	if want := map[string]uint64{TicksLeaderless: 5}; !maps.Equal(counted, want) || ticker.times != 10 || signals != 2 {
		t.Errorf("counted are %v, want %v; %d ticks were begun", counted, want, ticker.times)
	}
	all.wait()
	if ticker.waits != 1 {
		t.Errorf("ticks are waited for %d times", ticker.waits)
	}
}

func TestAServiceWithoutTicksHasNone(t *testing.T) {
	none := newTicks(t.Context(), Seams{}, harness.Settings{}, nil, nil)
	for range 1000 {
		if none.due() {
			t.Fatal("a batch is a tick")
		}
	}
	none.wait()
}
