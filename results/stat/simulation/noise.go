package simulation

import (
	"math"
	"math/rand/v2"
	"strconv"

	"aftershock/results/stat"
)

// Noise is a machine on which others run as well, in bursts that hit one trial of a block. A trial is one value here
// and not its requests, because what is asked is which blocks are judged.
type Noise struct {
	Name string
	Says string // one sentence

	Own    float64 // deviation of the logarithm of what a trial measures when it is alone
	Drift  float64 // how much slower the last of a run's trials is than the first, on the scale of the logarithm
	Rate   float64 // the chance that a trial is hit in the first attempt
	Later  float64 // the same in the last attempt, if the chance changes; 0 when it does not
	Size   float64 // how much slower a trial is that is hit throughout, on the scale of the logarithm
	Tail   float64 // Pareto exponent of a factor to that; up to 2 it has no variance, and 0 is no such factor
	Unseen bool    // the score sees other bursts than those that slow trials down

	// What an arm does to its neighbours, so that the score is not blind. The after arm takes a share of the time that
	// others would have had, and the more the slower its own trial is; or it leaves them a part of it only.
	Takes, Leaves float64

	promise promise // of methods that look at the score, and are not the run's own test of it
}

// A burst that lasts for a whole trial takes half the machine: one of two processors. What is measured of others is
// off by background when there are none. What makes a burst harder than others is at most hardest.
const (
	burstShare = 0.5
	background = 0.01
	hardest    = 20
)

// Noises are those that the tables are made of.
func Noises() []Noise {
	bursts := Noise{Own: 0.1, Rate: 0.2, Size: 1, promise: atMost}
	with := func(name, says string, change func(*Noise)) Noise {
		n := bursts
		n.Name, n.Says = name, says
		change(&n)
		return n
	}
	return []Noise{
		with("quiet", "nothing else runs, and the score is measurement noise", func(n *Noise) { n.Rate = 0 }),
		with("bursts", "one trial in five is hit for a part of its time", func(*Noise) {}),
		with("busy", "every second trial is hit", func(n *Noise) { n.Rate = 0.5 }),
		with("heavy", "three trials in ten are hit, a few of them very hard, which the score does not see", func(n *Noise) {
			n.Rate, n.Tail = 0.3, 1.5
		}),
		with("worsening", "one trial in ten is hit at first and six in ten at last; 15 % slower in the end", func(n *Noise) {
			n.Rate, n.Later, n.Drift = 0.1, 0.6, math.Log(1.15)
		}),
		with("unseen", "three trials in ten are hit, and the score sees as many others", func(n *Noise) {
			n.Rate, n.Unseen = 0.3, true
		}),
		with("starving", "others always run; the after arm takes the more of their time the slower it is", func(n *Noise) {
			n.Own, n.Rate, n.Size, n.Takes, n.promise = 0.2, 0.1, 0.5, 0.1, none
		}),
		with("hiding", "every second trial is hit; beside the after arm others get about half of their time", func(n *Noise) {
			n.Own, n.Rate, n.Size, n.Leaves, n.promise = 0.2, 0.5, 0.5, 0.5, none
		}),
	}
}

// noisyTrial is what is measured of a trial: the logarithm of its value, and what others took, by processes and by a
// hypervisor.
type noisyTrial struct{ log, strangers, steal float64 }

// trial of an arm, at a place of the run from 0 to 1.
func (n Noise) trial(rng *rand.Rand, place float64, after bool) noisyTrial {
	own := rng.NormFloat64()
	t := noisyTrial{
		log:       n.Own*own + n.Drift*place,
		strangers: math.Abs(background * rng.NormFloat64()),
		steal:     math.Abs(background * rng.NormFloat64()),
	}
	if n.Takes > 0 {
		t.strangers += 0.3
	}
	length := n.burst(rng, place)
	hard := 1.0
	if n.Tail > 0 {
		hard = min(hardest, math.Pow(1-rng.Float64(), -1/n.Tail))
	}
	t.log += n.Size * length * hard
	if n.Unseen {
		length = n.burst(rng, place)
	}
	if rng.IntN(2) == 0 {
		t.strangers += burstShare * length
	} else {
		t.steal += burstShare * length
	}
	if after && n.Takes > 0 {
		t.strangers = max(0, t.strangers-n.Takes*(1+own))
	}
	if after && n.Leaves > 0 {
		left := min(1, max(0, n.Leaves-0.3*own))
		t.strangers, t.steal = t.strangers*left, t.steal*left
	}
	return t
}

// burst is for how much of a trial others run: not at all, or any part of it.
func (n Noise) burst(rng *rand.Rand, place float64) float64 {
	rate := n.Rate
	if n.Later > 0 {
		rate += (n.Later - n.Rate) * place
	}
	if rng.Float64() >= rate {
		return 0
	}
	return rng.Float64()
}

// noisyRun is the attempts at the blocks of a group, in the order in which they ran.
type noisyRun struct {
	scores []float64
	fixes  []stat.Attempted
}

// run makes attempts at blocks of so many fixes that share their after arm: each arm once, in random order.
func (n Noise) run(rng *rand.Rand, attempts, fixes int) noisyRun {
	r := noisyRun{fixes: make([]stat.Attempted, fixes)}
	for i := range r.fixes {
		r.fixes[i] = stat.Attempted{Fix: strconv.Itoa(i), Scale: stat.Ratio, Better: stat.Lower,
			Signals: []stat.Signal{{Name: "strangers"}, {Name: "steal"}}}
	}
	trials := make([]noisyTrial, fixes+1) // the last is the after arm's
	last := float64(attempts*len(trials) - 1)
	for attempt := range attempts {
		score := 0.0
		for i, arm := range rng.Perm(len(trials)) {
			place := float64(attempt*len(trials)+i) / last
			trials[arm] = n.trial(rng, place, arm == fixes)
			score = max(score, trials[arm].strangers+trials[arm].steal)
		}
		r.scores = append(r.scores, score)
		for i := range r.fixes {
			add(&r.fixes[i], trials[i], trials[fixes])
		}
	}
	return r
}

func add(f *stat.Attempted, before, after noisyTrial) {
	f.Before, f.After = append(f.Before, math.Exp(before.log)), append(f.After, math.Exp(after.log))
	for i, took := range [][2]float64{{before.strangers, after.strangers}, {before.steal, after.steal}} {
		s := &f.Signals[i]
		s.Before, s.After = append(s.Before, took[0]), append(s.After, took[1])
	}
}

// attempts of a run that judges so many blocks: until it has as many that are not disturbed, and at most half as many
// again.
func (r noisyRun) attempts(blocks int) int {
	calm, attempts := 0, 0
	for calm < blocks && attempts < mostAttempts(blocks) {
		if r.scores[attempts] <= stat.Disturbed {
			calm++
		}
		attempts++
	}
	return attempts
}

func mostAttempts(blocks int) int { return blocks + (blocks+1)/2 }

// first are the attempts of a run that ended after so many.
func (r noisyRun) first(attempts int) noisyRun {
	cut := noisyRun{scores: r.scores[:attempts]}
	for _, f := range r.fixes {
		f.Before, f.After = f.Before[:attempts], f.After[:attempts]
		signals := make([]stat.Signal, len(f.Signals))
		for i, s := range f.Signals {
			signals[i] = stat.Signal{Name: s.Name, Before: s.Before[:attempts], After: s.After[:attempts]}
		}
		f.Signals = signals
		cut.fixes = append(cut.fixes, f)
	}
	return cut
}
