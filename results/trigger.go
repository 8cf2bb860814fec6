package results

import "slices"

// Trigger is the condition under which a defect costs anything. It comes from outside of the arms, so that none can
// be left out by what it does: a counter in ops.bin that the service keeps before an arm does anything, or one of
// Told's.
type Trigger struct {
	Counter string `json:"counter"`
	Unit    string `json:"unit"` // how it is shown: "batches" or "s" (the counter then holds ns)
	Says    string `json:"says"`
}

// What the members' own words say of a trial, in which no arm has a part.
const (
	RaftLeaderless = "raft_leaderless" // for how long the cluster followed no leader while faults were at work, in s
	RaftElections  = "raft_elections"  // terms whose leader was followed for the first time while a fault was at work
)

// Told gives the amount of a trigger that is no counter in ops.bin; false for any other.
func (t Trial) Told(counter string) (amount float64, ok bool) {
	switch counter {
	case RaftLeaderless:
		for _, f := range t.Faults {
			amount += f.Leaderless.Seconds()
		}
		return amount, true
	case RaftElections:
		return float64(t.Elections.Planned), true
	}
	return 0, false
}

// setByArms are the counters of earlier triggers that an arm could set, or not set, by what it did.
var setByArms = []string{
	"lock_held_across_rpc_leaderless", "ambiguous_writes", "proposals_dropped", "attempts_unanswered", "registrations_lost",
	"watches_compacted", "relists", "prechecks_outrun",
}

// withoutArms takes away a trigger that an arm could set: the run then keeps all its pairs.
func (t Trigger) withoutArms() Trigger {
	if slices.Contains(setByArms, t.Counter) {
		return Trigger{}
	}
	return t
}
