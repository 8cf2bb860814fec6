package precheck

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"aftershock/scenarios/collector"
)

func seriesOf(n int) []collector.Series {
	series := make([]collector.Series, n)
	for i := range series {
		series[i] = collector.Series{Key: fmt.Sprintf("n1:etcd_series_%d:value", i), Value: float64(i)}
	}
	return series
}

// built is what became of a batch: how many of its series the map has, and whether its builder gives it up.
type built struct {
	own   int
	given bool
}

// build gives what an arm makes of so many series, and what it counted.
func build(t *testing.T, b collector.Counting, shared context.Context, n int) (of built, counted map[string]uint64) {
	t.Helper()
	counted = map[string]uint64{}
	into := map[string]any{}
	err := b.Counting(func(counter string, n uint64) { counted[counter] += n }).(collector.Whole).BuildWhole(shared,
		into, seriesOf(n))
	for _, s := range seriesOf(n) {
		if value, ok := into[s.Key]; ok && value != s.Value {
			t.Errorf("%T: %s is %v, want %v", b, s.Key, value, s.Value)
		}
	}
	return built{len(into), err != nil}, counted
}

// cancelledFrom is a context that is cancelled from one question on: the first is the precheck.
type cancelledFrom struct {
	context.Context
	question int
}

func (c *cancelledFrom) Err() error {
	if c.question--; c.question <= 0 {
		return context.Canceled
	}
	return nil
}

// late is a context whose deadline has passed, and whose timer was not served yet.
type late struct{ context.Context }

func (late) Deadline() (time.Time, bool) { return time.Now().Add(-time.Nanosecond), true }

// The batch has 300 series, and so the handler looks five times, with the questions 2 to 6.
func TestWhatBecomesOfABatch(t *testing.T) {
	const n = 300
	outran, none := map[string]uint64{outrun: 1}, built{given: true}
	for _, c := range []struct {
		name          string
		shared        func() context.Context
		before, after built
		counted       map[string]uint64 // by both arms
	}{
		{"live", t.Context, built{own: n}, built{own: n}, nil},
		{"cancelled before", from(t, 1), none, none, nil},
		{"cancelled right after the check", from(t, 2), built{}, none, outran},
		{"cancelled in the middle", from(t, 4), built{own: 2 * keys}, none, outran},
		{"cancelled behind the last look", from(t, 7), built{own: n}, none, outran},
		{"detached", func() context.Context { return context.WithoutCancel(from(t, 1)()) }, built{own: n}, built{own: n}, nil},
	} {
		for _, arm := range []struct {
			collector.Counting
			want built
		}{{before{}, c.before}, {after{}, c.after}} {
			got, counted := build(t, arm.Counting, c.shared(), n)
			if got != arm.want || !maps.Equal(counted, c.counted) {
				t.Errorf("%s: %T builds %+v and counts %v, want %+v and %v", c.name, arm.Counting, got, counted, arm.want, c.counted)
			}
		}
	}
}

func from(t *testing.T, question int) func() context.Context {
	return func() context.Context { return &cancelledFrom{t.Context(), question} }
}

// The handler is told of the deadline by its own look, and so only the middleware lets a batch begin that is over.
func TestAfterADeadlineOnlyTheMiddlewareBegins(t *testing.T) {
	const n = 300
	if got, _ := build(t, before{}, late{t.Context()}, n); got != (built{}) {
		t.Errorf("before: %+v", got)
	}
	if got, counted := build(t, after{}, late{t.Context()}, n); got != (built{given: true}) || len(counted) > 0 {
		t.Errorf("after: %+v, %v", got, counted)
	}
}

// BenchmarkBuild builds batches that nothing interrupts: what the private build adds to each of them.
func BenchmarkBuild(b *testing.B) {
	series := seriesOf(1000)
	live := b.Context()
	for _, builder := range []collector.Builder{before{}, after{}} {
		b.Run(fmt.Sprintf("%T", builder), func(b *testing.B) {
			into := make(map[string]any, len(series))
			b.ReportAllocs()
			for b.Loop() {
				clear(into)
				builder.Build(live, into, series)
			}
		})
	}
}
