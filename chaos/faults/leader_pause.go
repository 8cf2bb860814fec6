package faults

import (
	"context"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// leaderPause suspends the leader with SIGSTOP: its connections stay open and nothing comes over them, as in a long
// pause of a virtual machine. SIGCONT heals. It takes effect when the others elect; the leader believes that it leads
// until it goes on (Jepsen's pause).
var leaderPause = chaos.Fault{
	FaultRule: plan.FaultRule{Name: "leader-pause", Settle: time.Second, Held: true, Takes: goneMember,
		Role: plan.Leads, Deposes: true, Members: 3},
	Group:   chaos.OfProcess,
	Summary: "the leader's process is suspended (SIGSTOP) and later goes on",
	Needs:   []chaos.Ability{chaos.CanPause},
	Inject:  injectLeaderPause,
}

type pausedLeader struct{ suspended }

func injectLeaderPause(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	member, leader, err := resolveLeader(t, e.Target)
	if err != nil {
		return nil, err
	}
	f := &pausedLeader{suspended{downed{target: t, member: member, leader: leader, at: clock.Now()}}}
	if err := t.Pause(member); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *pausedLeader) Effective(ctx context.Context) (chaos.Sight, error) {
	successor, err := awaitSuccessor(ctx, f.target, f.at, f.member)
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("the others elected no leader: %w", err)
	}
	return successor, nil
}
