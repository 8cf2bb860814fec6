package summary_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// watched sets the faults of a trial, and lets it be watched until 20 s.
func watched(all ...results.Fault) step {
	return func(r *recipe) {
		lasting(results.Recovery, 12*sec)(r)
		r.trial.Faults, r.trial.Capacity = all, nil
		for due := 10 * sec; due < 20*sec; due += 10 * ms {
			r.batch = append(r.batch, batch(due))
		}
	}
}

// part makes all but every nth batch fail that is due from the one moment to the other.
func part(from, to time.Duration, nth int) step {
	return func(r *recipe) {
		for i := range r.batch {
			if b := &r.batch[i]; i%nth > 0 && from <= time.Duration(b.Intended) && time.Duration(b.Intended) < to {
				*b = ops.Record{Outcome: ops.Failed, Reason: ops.Error, Intended: b.Intended, Service: ms}
			}
		}
	}
}

// rare makes every nth batch alone be there.
func rare(nth int) step {
	return func(r *recipe) {
		var left []ops.Record
		for i, b := range r.batch {
			if i%nth == 0 {
				left = append(left, b)
			}
		}
		r.batch = left
	}
}

func TestGoodputBack(t *testing.T) {
	held := life("partition-leader", 4*sec, 8*sec, 8012*ms)
	again := life("leader-kill", 12*sec, 13*sec, 13100*ms)
	for _, c := range []struct {
		name  string
		steps []step
		want  time.Duration // 0: no figure
		bound bool
		share string // of the scenario
	}{
		{"at once", []step{watched(held)}, 100 * ms, false, ""},
		{"after 250 ms", []step{watched(held), failing(8*sec, 8250*ms)}, 400 * ms, false, ""},
		{"the failures of the fault itself", []step{watched(held), failing(4*sec, 8*sec)}, 100 * ms, false, ""},
		{"from the heal, and not from the injection",
			[]step{watched(held), failing(4*sec, 9*sec)}, 1100 * ms, false, ""},
		{"not for a second",
			[]step{watched(held), failing(8*sec, 8100*ms), failing(8900*ms, 9*sec)}, 1100 * ms, false, ""},
		{"for a second",
			[]step{watched(held), failing(8*sec, 8100*ms), failing(9100*ms, 9200*ms)}, 200 * ms, false, ""},
		{"never", []step{watched(held), failing(8*sec, 20*sec)}, 12 * sec, true, ""},
		{"too late to stay for a second", []step{watched(held), failing(8*sec, 19050*ms)}, 11200 * ms, true, ""},
		{"just in time", []step{watched(held), failing(8*sec, 19*sec)}, 11100 * ms, false, ""},
		{"half of it is too little", []step{watched(held), part(8*sec, 9*sec, 2)}, 1100 * ms, false, ""},
		{"half of it, where half is enough", []step{watched(held), part(8*sec, 9*sec, 2)}, 100 * ms, false, "0.5"},
		{"half of it, where it never had more", []step{watched(held), part(0, 20*sec, 2)}, 100 * ms, false, ""},
		{"the worst of two faults", []step{watched(held, again), failing(8*sec, 8300*ms), failing(13*sec, 13500*ms)},
			600 * ms, false, ""},
		{"one of two is never over", []step{watched(held, again), failing(8*sec, 8300*ms), failing(13*sec, 20*sec)},
			7 * sec, true, ""},
		{"the next fault comes too soon", []step{watched(held, life("leader-kill", 9*sec, 10*sec, 10100*ms)),
			failing(8*sec, 9*sec)}, 100 * ms, false, ""},
		{"under another fault", []step{watched(held, life("leader-pause", 7*sec, 11*sec, 11100*ms)),
			failing(8*sec, 11*sec)}, 100 * ms, false, ""},
		{"a fault that is not held counts from its injection", []step{
			watched(life("leader-transfer", 8*sec, 8050*ms, 8003*ms)), failing(8*sec, 8100*ms)}, 200 * ms, false, ""},
		{"a fault without an end", []step{watched(held, life("leader-kill", 5*sec, 0, 0))}, 0, false, ""},
		{"watched for less than a second", []step{watched(held), lasting(results.Recovery, sec)}, 0, false, ""},
		{"no fault", []step{watched()}, 0, false, ""},
		{"nothing was right in the calm", []step{watched(held), failing(0, 3*sec)}, 0, false, ""},
		{"five batches a second", []step{watched(held), rare(20)}, 0, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			w.trial(1, results.Before, c.steps...)
			w.trial(1, results.After, c.steps...)
			if c.share != "" {
				w.run.Scenario = []byte(`{"recovered": ` + c.share + `}`)
			}
			r, ok := w.fix().Row(results.Metric{Name: summary.GoodputBack, Phase: results.Recovery})
			if ok != (c.want > 0) {
				t.Fatalf("shown %v: %+v", ok, r)
			}
			if ok && (r.After.Values[0] != float64(c.want) || (r.After.Bounded() == 1) != c.bound) {
				t.Errorf("%v, bounds %v; want %v, bound %v", time.Duration(r.After.Values[0]), r.After.Bounds, c.want,
					c.bound)
			}
		})
	}
}

// The shortest way to say what is meant: the first bucket from which a second of them is right.
func backByHand(failed []bool) (back time.Duration, seen bool) {
	const bucket, perBucket, hold = 100 * ms, 10, 10
	n := len(failed) / perBucket
	right := func(i int) bool {
		wrong := 0
		for _, f := range failed[i*perBucket : (i+1)*perBucket] {
			if f {
				wrong++
			}
		}
		return 10*wrong <= 2*perBucket
	}
	for first := range n {
		i := first
		for i < n && i < first+hold && right(i) {
			i++
		}
		switch i {
		case first + hold:
			return time.Duration(first+1) * bucket, true
		case n:
			return time.Duration(first+1) * bucket, false
		}
	}
	return time.Duration(n) * bucket, false
}

// Whatever fails after a fault, the figure is what the shortest way gives; it is never less for one failure more.
func TestGoodputBackByHand(t *testing.T) {
	draw := rand.New(rand.NewPCG(7, 11))
	w := newWorld(t, repair)
	type answer struct {
		back time.Duration
		seen bool
	}
	var want []answer
	random := func(failed []bool) step {
		return func(r *recipe) {
			for i := range r.batch {
				if at := (time.Duration(r.batch[i].Intended) - 8*sec) / (10 * ms); at >= 0 && failed[at] {
					due := r.batch[i].Intended
					r.batch[i] = ops.Record{Outcome: ops.Missed, Reason: ops.QueueExpired, Intended: due}
				}
			}
		}
	}
	held := watched(life("partition-leader", 4*sec, 8*sec, 8012*ms))
	for pair := range 40 {
		failed := make([]bool, 1200)
		for range draw.IntN(7) { // some stretches of failures, more or less dense
			from, dense := draw.IntN(1200), draw.Float64()
			until := min(1200, from+draw.IntN(100<<draw.IntN(4)))
			for i := from; i < until; i++ {
				failed[i] = failed[i] || draw.Float64() < dense
			}
		}
		if pair%4 == 0 { // it is not back for a second, or only just
			for i := range draw.IntN(1200) {
				failed[i] = true
			}
			for i := draw.IntN(1200); i < 1200; i += 50 {
				failed[i], failed[(i+1)%1200], failed[(i+2)%1200] = true, true, true
			}
		}
		w.trial(pair+1, results.Before, held, random(failed))
		more := append([]bool{}, failed...)
		more[draw.IntN(len(more))] = true
		w.trial(pair+1, results.After, held, random(more))
		back, seen := backByHand(failed)
		want = append(want, answer{back, seen})
	}
	w.run.Pairs = len(want)
	r := row(t, w.fix(), summary.GoodputBack, results.Recovery)
	kinds := map[bool]int{}
	for i, pair := range r.Before.Pairs {
		before, bound := r.Before.Values[i], r.Before.Bounds != nil && r.Before.Bounds[i]
		if a := want[pair-1]; before != float64(a.back) || bound == a.seen {
			t.Errorf("pair %d: %v, bound %v; want %v, bound %v", pair, time.Duration(before), bound, a.back, !a.seen)
		}
		if r.After.Values[i] < before {
			t.Errorf("pair %d: %v with one failure more, %v without", pair, time.Duration(r.After.Values[i]),
				time.Duration(before))
		}
		kinds[bound]++
	}
	if len(kinds) < 2 || len(r.Before.Pairs) != len(want) {
		t.Errorf("%d pairs were compared, bounds and others: %v", len(r.Before.Pairs), kinds)
	}
}

// A service that never recovers is no worse than one whose trial was watched for longer: the bound decides, and the row
// says what cut it off.
func TestGoodputThatIsNeverBackIsABound(t *testing.T) {
	held := watched(life("partition-leader", 4*sec, 8*sec, 8012*ms))
	fix := repair
	fix.Primary = results.Metric{Name: summary.GoodputBack, Phase: results.Recovery}
	w := newWorld(t, fix)
	for i := range noise {
		w.trial(i+1, results.Before, held, failing(8*sec, 20*sec))
		w.trial(i+1, results.After, held, failing(8*sec, 8*sec+time.Duration(1+i%3)*100*ms))
	}
	f := w.fix()
	if f.Verdict != stat.Improved || !f.Primary.Before.AtLeast || f.Primary.Before.Median != float64(12*sec) {
		t.Errorf("%v, %+v", f.Verdict, f.Primary)
	}
	fix.Name = "both"
	w = newWorld(t, fix)
	for i := range noise {
		w.trial(i+1, results.Before, held, failing(8*sec, 20*sec))
		w.trial(i+1, results.After, held, failing(8*sec, 20*sec))
	}
	note := w.fix().Primary.Note
	if !strings.Contains(note, "goodput was not back for a second in 8 trials before and 8 after") {
		t.Errorf("note %q", note)
	}
}

func TestEachStreamHasItsOwnGoodputBack(t *testing.T) {
	w := newWorld(t, repair)
	for _, arm := range []results.Arm{results.Before, results.After} {
		w.trial(1, arm, watched(life("partition-leader", 4*sec, 8*sec, 8012*ms)), failing(8*sec, 9*sec),
			records(2*ms, false))
	}
	f := w.fix()
	if r := row(t, f, summary.GoodputBack, results.Recovery); r.Before.Values[0] != float64(1100*ms) {
		t.Errorf("%+v", r)
	}
	// Records end at 10 s: nothing is known after that.
	if r := row(t, f, "record_"+summary.GoodputBack, results.Recovery); r.Before.Values[0] != float64(100*ms) {
		t.Errorf("%+v", r)
	}
}
