package metrics_test

import (
	"strings"
	"testing"
	"time"

	"aftershock/internal/golden"
	"aftershock/results"
	"aftershock/results/metrics"
	"aftershock/results/ops"
)

const ms = time.Millisecond

func counts(records ...ops.Record) (c metrics.Counts) {
	for _, r := range records {
		c.Count(r, time.Second)
	}
	return c
}

func ok(took time.Duration) ops.Record { return ops.Record{Outcome: ops.OK, Service: took} }

// The text of a short history: what changed has a sample before it, and all have one at the end. Values of labels that
// a format cannot hold are escaped.
func TestText(t *testing.T) {
	h := metrics.NewHistory("run \"1\"\n\\")
	one, other := metrics.Side{Fix: "a", Arm: "before"}, metrics.Side{Fix: "\xff", Arm: "after"}
	partial := ok(ms)
	partial.Flags = ops.Partial
	h.Operations(100, one, "batch", "steady", counts(ok(100*time.Microsecond), ok(101*time.Microsecond), partial))
	refused := ops.Record{Outcome: ops.Failed, Reason: ops.Rejected, Service: ms}
	h.Operations(100, other, "batch", "steady", counts(refused))
	h.Operations(105, one, "batch", "steady", counts(ok(2*time.Minute), ops.Record{}))
	h.Operations(105, one, "batch", "steady", counts(ops.Record{Outcome: ops.Missed, Lag: 3 * time.Second}))
	h.Active("leader-kill", 102, 103)
	h.Active("leader-kill", 105, 105)
	h.Add(metrics.Leaders, 104, 1)
	h.Add(metrics.Leaders, 104, 1)
	h.Set(metrics.Lag, 103, 0.25)
	h.Set(metrics.Standstill, 106, 1e-6)
	h.Add(metrics.Trials, 106, 1, metrics.Valid)
	var text strings.Builder
	if err := h.Write(&text); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/history.txt", []byte(text.String()))
}

// A run without trials has its families all the same, and an end.
func TestNothing(t *testing.T) {
	var text strings.Builder
	if err := metrics.NewHistory("x").Write(&text); err != nil {
		t.Fatal(err)
	}
	n := strings.Count(text.String(), "# TYPE ")
	if n != len(metrics.Families()) || !strings.HasSuffix(text.String(), "\n# EOF\n") {
		t.Errorf("%d families:\n%s", n, text.String())
	}
	for line := range strings.Lines(text.String()) {
		if !strings.HasPrefix(line, "#") {
			t.Errorf("a sample: %s", line)
		}
	}
}

// Whatever is counted is in one bucket, and two counts together are the count of both.
func TestCounts(t *testing.T) {
	var one, other, both metrics.Counts
	for n := range 1000 {
		r := ok(time.Duration(n*n*n) * 200 * time.Nanosecond)
		both.Count(r, time.Second)
		if n%2 == 0 {
			one.Count(r, time.Second)
		} else {
			other.Count(r, time.Second)
		}
	}
	one.Add(other)
	inBuckets := uint64(0)
	for i, n := range both.Buckets {
		if one.Buckets[i] != n {
			t.Errorf("bucket %d: %d together, and %d at once", i, one.Buckets[i], n)
		}
		inBuckets += n
	}
	all := both.OK + both.Failed + both.Missed
	if inBuckets != 1000 || all != 1000 || one.Sum != both.Sum || both.Buckets[len(metrics.Bounds)] == 0 {
		t.Errorf("%d in buckets, %d in all, sums %v and %v", inBuckets, all, one.Sum, both.Sum)
	}
}

// An arm that fixes share is a side of each, by the side that it has there.
func TestSides(t *testing.T) {
	run := results.Run{Fixes: []results.Fix{
		{Name: "a", Group: "g", Arms: results.Arms{Before: "before", After: "mended"}},
		{Name: "b", Group: "g", Arms: results.Arms{Before: "mended", After: "more"}},
		{Name: "c", Group: "g", Arms: results.Arms{Before: "mended", After: "mended"}},
		{Name: "d", Group: "other", Arms: results.Arms{Before: "mended", After: "after"}},
	}}
	got := metrics.Sides(run, "g", "mended")
	want := []metrics.Side{{"a", "after"}, {"b", "before"}, {"c", "mended"}}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSecond(t *testing.T) {
	for nanos, want := range map[int64]int64{0: 7, 1: 8, 999_999_999: 8} {
		if got := metrics.Second(time.Unix(7, nanos)); got != want {
			t.Errorf("7 s and %d ns: %d, want %d", nanos, got, want)
		}
	}
}
