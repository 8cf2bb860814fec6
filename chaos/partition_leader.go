package chaos

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// partitionLeader cuts the leader off from all its peers, in both directions; clients still reach it. The others elect a
// new leader, the old one steps down when it has not heard a quorum for an election time-out.
var partitionLeader = Fault{
	FaultRule: plan.FaultRule{
		Name: "partition-leader", Held: true, Takes: []plan.Resource{plan.Quorum}, Members: 2,
	},
	Group:   OfPartition,
	Summary: "the leader is isolated from its peers, but not from its clients",
	Needs:   []Ability{CanIsolate},
	Inject:  injectPartitionLeader,
}

type isolation struct {
	target Target
	leader Leadership
	at     clock.Nanos
	healed clock.Nanos
	heal   func()
}

func injectPartitionLeader(_ context.Context, t Target, e plan.Event) (Ongoing, error) {
	_, leader, err := resolveLeader(t, e.Target)
	if err != nil {
		return nil, err
	}
	if len(t.Members()) < 2 {
		return nil, errors.New("a cluster of one has no peers to be cut off from")
	}
	grudge := Grudge{}
	for _, m := range t.Members() {
		if m != leader.Member {
			grudge[leader.Member] = append(grudge[leader.Member], m)
			grudge[m] = []string{leader.Member}
		}
	}
	f := &isolation{target: t, leader: leader, at: clock.Now()}
	f.heal, err = t.Partition(grudge)
	return f, err
}

func (f *isolation) Resolved() map[string]string {
	return map[string]string{"target": f.leader.Member, "term": strconv.FormatUint(f.leader.Term, 10)}
}

// Effective waits until the old leader has stepped down and, where a majority is left, a new one is followed.
func (f *isolation) Effective(ctx context.Context) (Sight, error) {
	lost, err := f.target.Await(ctx, f.at, func(o Observation) bool {
		return o.Member == f.leader.Member && o.Kind == Lost
	})
	if err != nil {
		return Sight{}, fmt.Errorf("%s did not step down: %w", f.leader.Member, err)
	}
	if n := len(f.target.Members()); n-1 <= n/2 {
		return lost.sight(), nil
	}
	elected, err := f.target.Await(ctx, f.at, func(o Observation) bool {
		return o.Member != f.leader.Member && o.Leader != f.leader.Member && o.Follows(o.Leader)
	})
	if err != nil {
		return Sight{}, fmt.Errorf("the others elected nobody: %w", err)
	}
	return Sight{max(lost.At, elected.At), lost.sight().Saw + ", " + elected.sight().Saw}, nil
}

func (f *isolation) Heal(context.Context) error {
	if f.healed == 0 {
		f.healed = clock.Now()
	}
	f.heal()
	return nil
}

// Recovered waits until the member that was cut off follows a leader again.
func (f *isolation) Recovered(ctx context.Context) (Sight, error) {
	return awaitAllFollow(ctx, f.target, f.healed, []string{f.leader.Member})
}
