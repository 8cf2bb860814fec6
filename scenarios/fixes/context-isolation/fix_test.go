package contextisolation

import (
	"context"
	"math"
	"strconv"
	"testing"

	"aftershock/scenarios/collector"
)

var builders = []struct {
	arm string
	collector.Builder
}{{"before", before{}}, {"after", after{}}, {"without cancel", detached{}}}

func seriesOf(n int) []collector.Series {
	series := make([]collector.Series, n)
	for i := range series {
		key := `n1:etcd_disk_wal_fsync_duration_seconds_bucket{le="` + strconv.Itoa(i) + `"}:value`
		series[i] = collector.Series{Key: key, Value: float64(i)}
	}
	return series
}

// asked is a context that counts how often it is asked, and is cancelled once it has been asked so often.
type asked struct {
	context.Context
	times, cancelledFrom int
}

func (c *asked) Err() error {
	if c.times++; c.times > c.cancelledFrom {
		return context.Canceled
	}
	return nil
}

const never = math.MaxInt

// build gives the number of series that came with their own value, and of those that came stale.
func build(t *testing.T, b collector.Builder, shared context.Context, series []collector.Series) (own, stale int) {
	t.Helper()
	into := map[string]any{}
	b.Build(shared, into, series)
	marker := math.Float64bits(collector.Stale.(float64))
	for _, s := range series {
		switch got := into[s.Key].(float64); {
		case math.Float64bits(got) == marker:
			stale++
		case got == s.Value:
			own++
		default:
			t.Errorf("%s is %v, want %v", s.Key, got, s.Value)
		}
	}
	if len(into) != len(series) {
		t.Errorf("%d series are built of %d", len(into), len(series))
	}
	return own, stale
}

func TestAllArmsBuildTheSameAndWithoutCancelNeverMarksIt(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, b := range builders {
		for _, n := range []int{0, 1, 500} {
			if own, stale := build(t, b, t.Context(), seriesOf(n)); own != n || stale != 0 {
				t.Errorf("%s, live: %d of %d series have their value, %d are stale", b.arm, own, n, stale)
			}
			want := n
			if b.Builder == (detached{}) { // the cost of the article's repair: no batch says any more that it is stale
				want = 0
			}
			if own, stale := build(t, b, cancelled, seriesOf(n)); own != n-want || stale != want {
				t.Errorf("%s, cancelled: %d of %d series have their value, %d are stale", b.arm, own, n, stale)
			}
		}
	}
}

func TestTheDefectAsksForEachSeriesAndARepairOnceABatchOrNever(t *testing.T) {
	const n = 500
	for _, from := range []int{0, never} {
		for _, c := range []struct {
			builder collector.Builder
			want    int
		}{{before{}, n}, {after{}, 1}, {detached{}, 0}} {
			shared := &asked{Context: t.Context(), cancelledFrom: from}
			build(t, c.builder, shared, seriesOf(n))
			if shared.times != c.want {
				t.Errorf("%T asks a context that is live for %d questions %d times, want %d",
					c.builder, from, shared.times, c.want)
			}
		}
	}
}

// The cost of the repair, as its documentation states it.
func TestALossInMidBatchIsNoticedWithTheNext(t *testing.T) {
	const n, lost = 500, 200
	if own, stale := build(t, before{}, &asked{cancelledFrom: lost}, seriesOf(n)); own != lost || stale != n-lost {
		t.Errorf("before: %d series have their value and %d are stale", own, stale)
	}
	shared := &asked{cancelledFrom: 1}
	if own, stale := build(t, after{}, shared, seriesOf(n)); own != n || stale != 0 {
		t.Errorf("after, the batch of the loss: %d series have their value and %d are stale", own, stale)
	}
	if own, stale := build(t, after{}, shared, seriesOf(n)); own != 0 || stale != n {
		t.Errorf("after, the next batch: %d series have their value and %d are stale", own, stale)
	}
}

func BenchmarkBuild(b *testing.B) {
	series := seriesOf(8000)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	live := b.Context()
	for _, c := range []struct {
		name   string
		shared context.Context
	}{{"live", live}, {"cancelled", cancelled}} {
		for _, builder := range builders {
			b.Run(builder.arm+"/"+c.name, func(b *testing.B) {
				into := make(map[string]any, len(series))
				b.ReportAllocs()
				for b.Loop() {
					clear(into)
					builder.Build(c.shared, into, series)
				}
			})
		}
	}
}
