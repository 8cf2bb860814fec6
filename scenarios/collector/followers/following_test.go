package followers

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/harness"
	"aftershock/internal/clock"
	"aftershock/scenarios/collector/part"
)

// counting is the base of so many followers.
func counting(followers int, count part.Count) part.Base {
	return part.Base{Wire: part.Wire{Count: count}, Settings: harness.Settings{Setting: followers}}
}

func TestSilenceIsWhatPassesAfterTheBoundUntilAChangeIsSeen(t *testing.T) {
	for _, c := range []struct {
		name  string
		after []time.Duration // follower -> how long after its acknowledgement it sees the change; 0 for never
		want  time.Duration   // of silence in a second
		open  uint64          // how many are silent at its end, so that it is a bound
	}{
		{"at once", []time.Duration{time.Millisecond}, 0, 0},
		{"within the bound", []time.Duration{silenceBound - time.Millisecond}, 0, 0},
		{"half a second late", []time.Duration{silenceBound + 500*time.Millisecond}, 500 * time.Millisecond, 0},
		{"never", []time.Duration{0}, time.Second - silenceBound, 1},
		{"each follower counts", []time.Duration{0, time.Millisecond, 0}, 2 * (time.Second - silenceBound), 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var silent time.Duration
				var open uint64
				count := func(counter string, n uint64) {
					switch counter {
					case Silent:
						silent += time.Duration(n)
					case SilentAtEnd:
						open += n
					}
				}
				f := newFollowing(counting(len(c.after), count), nil)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second+silencePeriod/2)
				defer cancel()
				f.due.add(7, time.Now())
				for i, after := range c.after {
					if after > 0 {
						f.running.Go(func() {
							time.Sleep(after)
							f.see(i, 7)
							f.see(i, 3) // a list may tell of what is older
						})
					}
				}
				f.look(ctx)
				f.running.Wait()
				// A look that coincides with the bound may find it either way.
				if slack := time.Duration(len(c.after)) * silencePeriod; silent < c.want-slack || silent > c.want+slack {
					t.Errorf("%v of silence, want %v", silent, c.want)
				}
				if open != c.open {
					t.Errorf("%d followers are silent at the end, want %d", open, c.open)
				}
			})
		})
	}
}

func TestWhatIsDueIsTheNewestChangeOfThen(t *testing.T) {
	began := time.Now()
	at := func(n int) time.Time { return began.Add(time.Duration(n) * time.Second) }
	var c changes
	if got := c.by(at(9)); got != 0 {
		t.Errorf("nothing was changed, and revision %d is due", got)
	}
	for n, revision := range []int64{5, 9, 8} { // answers of different members may come in another order
		c.add(revision, at(n))
	}
	for n, want := range map[int]int64{-1: 0, 0: 5, 1: 9, 2: 9, 3: 9} {
		if got := c.by(at(n)); got != want {
			t.Errorf("after %d s revision %d is due, want %d", n, got, want)
		}
	}
}

func TestWhoHasNotComeBackInTheEndIsBehind(t *testing.T) {
	const end = 5 * time.Second
	for _, c := range []struct {
		name  string
		after []time.Duration // follower -> how long after its acknowledgement it sees the change; 0 for never
		acked time.Duration   // how long before the end
		want  uint64
	}{
		{"all keep up", []time.Duration{time.Millisecond, time.Millisecond}, 4 * time.Second, 0},
		{"all come back", []time.Duration{2 * time.Second, 3 * time.Second}, 4 * time.Second, 0},
		{"some never do", []time.Duration{time.Millisecond, 0, 0}, 4 * time.Second, 2},
		{"there is still time", []time.Duration{0, 0}, behindBound - time.Millisecond, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var behind atomic.Uint64
				f := newFollowing(counting(len(c.after), func(counter string, n uint64) {
					if counter == Behind {
						behind.Add(n)
					}
				}), nil)
				ctx, cancel := context.WithTimeout(t.Context(), end)
				defer cancel()
				f.running.Go(func() {
					time.Sleep(end - c.acked)
					f.due.add(7, time.Now())
					for i, after := range c.after {
						if after > 0 {
							f.running.Go(func() {
								time.Sleep(after)
								f.see(i, 7)
							})
						}
					}
				})
				f.look(ctx)
				f.running.Wait()
				if n := behind.Load(); n != c.want {
					t.Errorf("%d followers of %d are behind in the end, want %d", n, len(c.after), c.want)
				}
			})
		})
	}
}

func TestThePeakIsThatOfTheFullestWindow(t *testing.T) {
	counters := map[string]uint64{}
	a := asked{count: func(counter string, n uint64) { counters[counter] += n }}
	at := clock.Nanos(0)
	for _, window := range []struct{ served, peak uint64 }{{2, 2}, {5, 5}, {1, 5}, {5, 5}, {6, 6}} {
		at += clock.Nanos(time.Second)
		for i := range 2 * window.served {
			in := a.within(at.Add(peakWindow / 20 * time.Duration(i)))
			if i%2 == 0 { // the others are refused
				a.served(in)
			}
		}
		if counters[RelistPeak] != window.peak {
			t.Errorf("after %d lists were served the peak is %d, want %d", window.served, counters[RelistPeak], window.peak)
		}
	}
	last := a.within(at)
	a.served(a.within(at.Add(peakWindow))) // belongs to the next
	if counters[RelistPeak] != 6 {
		t.Errorf("%v", counters)
	}
	if a.served(last); counters[RelistPeak] != 7 { // however late it was served
		t.Errorf("a list that was asked for within a window is not of it: %v", counters)
	}
}
