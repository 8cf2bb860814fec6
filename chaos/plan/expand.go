package plan

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// step divides every drawn jitter, because people read plans.
const step = time.Millisecond

// Expand fixes the details that a spec leaves open. The scenario's name must be a word: letters, digits, ".", "_", "-".
//
// All randomness is one generator made from seed and pair alone, so a pair's plan does not depend on how many pairs
// there are. The draws are made in the spec's order: clients, then events, then the mix.
func Expand(scenario string, spec Spec, faults []FaultRule, seed uint64, pair int) Plan {
	x := expansion{rng: rand.New(rand.NewPCG(seed, uint64(pair))), faults: faults, members: spec.Members}
	p := Plan{Scenario: scenario, Seed: seed, Pair: pair}
	for _, c := range spec.Clients {
		p.Clients = append(p.Clients, Client{Name: c.Name, Pin: x.pick(c.Pin)})
	}
	for _, f := range spec.Faults {
		for n := range max(1, f.Repeat) {
			p.Events = append(p.Events, x.event(f, f.At+time.Duration(n)*f.Every))
		}
	}
	if spec.Mix != nil {
		p.Events = append(p.Events, x.mix(*spec.Mix, p.Clients, p.Events)...)
	}
	slices.SortStableFunc(p.Events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	for i := range p.Events {
		p.Events[i].ID = fmt.Sprintf("e%d", i+1)
	}
	return p
}

// ExpandAll expands pairs 1 to pairs.
func ExpandAll(scenario string, spec Spec, faults []FaultRule, seed uint64, pairs int) []Plan {
	plans := make([]Plan, 0, max(0, pairs))
	for pair := 1; pair <= pairs; pair++ {
		plans = append(plans, Expand(scenario, spec, faults, seed, pair))
	}
	return plans
}

// expansion is the source of a plan's choices.
type expansion struct {
	rng     *rand.Rand
	faults  []FaultRule
	members int
}

// event makes one event of a spec, its jitter added to the time.
func (x expansion) event(f FaultSpec, at time.Duration) Event {
	rule, _ := find(x.faults, f.Fault) // of a fault that is not known, Check will say so
	e := Event{
		Fault: f.Fault, Target: x.pick(f.Target), To: x.pick(f.To), At: at + x.jitter(f.Jitter), For: f.For,
		Params: complete(rule.Params, f.Params),
	}
	if rule.Draws {
		if e.Params == nil {
			e.Params = Params{}
		}
		e.Params[drawKey] = strconv.FormatUint(uint64(x.rng.Uint32()), 10)
	}
	return e
}

// pick draws which follower "follower" is, and leaves any other word as it is.
func (x expansion) pick(word string) string {
	if word != follower {
		return word
	}
	return followerWord(x.rng.IntN(max(1, x.members-1)))
}

// jitter is uniform over the whole steps from 0 to limit, both included.
func (x expansion) jitter(limit time.Duration) time.Duration {
	return time.Duration(x.rng.Int64N(int64(max(0, limit)/step)+1)) * step
}
