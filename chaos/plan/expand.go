package plan

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// step is what a drawn jitter is a multiple of; a plan is read by people.
const step = time.Millisecond

// Expand fixes the details that a spec leaves open. The scenario's name must be a word: letters, digits, ".", "_", "-".
//
// All randomness is one generator made from seed and pair alone, so a pair's plan does not depend on how many pairs
// there are. The draws are made in the spec's order: clients, then events.
func Expand(scenario string, spec Spec, seed uint64, pair int) Plan {
	rng := rand.New(rand.NewPCG(seed, uint64(pair)))
	p := Plan{Scenario: scenario, Seed: seed, Pair: pair}
	for _, c := range spec.Clients {
		p.Clients = append(p.Clients, Client{Name: c.Name, Pin: pick(rng, c.Pin, spec.Members)})
	}
	for _, f := range spec.Faults {
		p.Events = append(p.Events, Event{
			Fault:  f.Fault,
			Target: pick(rng, f.Target, spec.Members),
			To:     pick(rng, f.To, spec.Members),
			At:     f.At + jitter(rng, f.Jitter),
			For:    f.For,
		})
	}
	slices.SortStableFunc(p.Events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	for i := range p.Events {
		p.Events[i].ID = fmt.Sprintf("e%d", i+1)
	}
	return p
}

// ExpandAll expands pairs 1 to pairs.
func ExpandAll(scenario string, spec Spec, seed uint64, pairs int) []Plan {
	plans := make([]Plan, 0, max(0, pairs))
	for pair := 1; pair <= pairs; pair++ {
		plans = append(plans, Expand(scenario, spec, seed, pair))
	}
	return plans
}

// pick draws which follower "follower" is, and leaves any other word as it is.
func pick(rng *rand.Rand, word string, members int) string {
	if word != follower {
		return word
	}
	return followerWord(rng.IntN(max(1, members-1)))
}

// jitter is uniform over the whole steps from 0 to limit, both included.
func jitter(rng *rand.Rand, limit time.Duration) time.Duration {
	return time.Duration(rng.Int64N(int64(max(0, limit)/step)+1)) * step
}
