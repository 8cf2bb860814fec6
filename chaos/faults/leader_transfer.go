package faults

import (
	"context"
	"fmt"
	"strconv"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// leaderTransfer asks the leader to hand over to the event's To. The gentlest election there is: milliseconds without a
// leader, and no term is lost.
var leaderTransfer = chaos.Fault{
	FaultRule: plan.FaultRule{Name: "leader-transfer", Moves: true, Takes: []plan.Resource{plan.Quorum},
		Role: plan.Leads, Members: 2},
	Group:   chaos.OfElection,
	Summary: "the leader hands over to another member (MoveLeader)",
	Needs:   []chaos.Ability{chaos.CanTransfer},
	Inject:  injectTransfer,
}

type transfer struct {
	target chaos.Target
	at     clock.Nanos
	from   chaos.Leadership
	to     string
}

func injectTransfer(ctx context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	_, from, err := resolveLeader(t, e.Target)
	if err != nil {
		return nil, err
	}
	to, err := chaos.Resolve(t, e.To)
	if err != nil {
		return nil, err
	}
	if to == from.Member {
		return nil, fmt.Errorf("leadership cannot be transferred to %s, which leads already", to)
	}
	at := clock.Now()
	if err := handOver(ctx, t, to); err != nil {
		return nil, err
	}
	return &transfer{target: t, at: at, from: from, to: to}, nil
}

// handOver asks for a transfer of leadership until it has happened, and returns up to 100 ms later, since etcd polls.
//
// One request is not enough: raft gives a transfer up silently after an election time-out, for example to a member that
// has not caught up after a restart. MoveLeader then waits for as long as its caller does; one waited for five minutes.
func handOver(ctx context.Context, t chaos.Target, to string) error {
	ctx, cancel := context.WithTimeout(ctx, chaos.Patience)
	defer cancel()
	for {
		moving, moved := context.WithTimeout(ctx, moveTimeout)
		err := t.Transfer(moving, to)
		moved()
		if leader, ok := t.Leader(); err == nil || ok && leader.Member == to {
			return nil
		}
		if !passes(err) {
			return err
		}
		if cause := clock.SleepUntil(ctx, clock.Now().Add(retryPause)); cause != nil {
			return fmt.Errorf("%w, at last: %w", cause, err)
		}
	}
}

func (f *transfer) Resolved() map[string]string {
	return map[string]string{"target": f.from.Member, "to": f.to, "term": strconv.FormatUint(f.from.Term, 10)}
}

func (f *transfer) Effective(ctx context.Context) (chaos.Sight, error) {
	o, err := f.target.Await(ctx, f.at, func(o chaos.Observation) bool {
		return o.Follows(f.to) && o.Term > f.from.Term
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("no member follows %s: %w", f.to, err)
	}
	return o.Sight(), nil
}

func (f *transfer) Heal(context.Context) error { return nil }

// Recovered waits until every member has said since the transfer began that it follows a leader.
func (f *transfer) Recovered(ctx context.Context) (chaos.Sight, error) {
	return awaitAllFollow(ctx, f.target, f.at, f.target.Members())
}
