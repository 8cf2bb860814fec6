package chaos

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// leaderPause suspends the leader with SIGSTOP: its connections stay open and nothing comes over them, as in a long
// pause of a virtual machine. SIGCONT heals. It takes effect when the others elect; the leader believes that it leads
// until it goes on (Jepsen's pause).
var leaderPause = Fault{
	FaultRule: plan.FaultRule{Name: "leader-pause", Held: true, Takes: []plan.Resource{plan.Quorum}, Members: 3},
	Group:     OfProcess,
	Summary:   "the leader's process is suspended (SIGSTOP) and later goes on",
	Needs:     []Ability{CanPause},
	Inject:    injectLeaderPause,
}

// followerPause suspends a member that does not lead. Raft says nothing of it, so it takes effect when the member has left
// a status request unanswered for half a second while the leader answers one; it is over when the member has caught up.
var followerPause = Fault{
	FaultRule: plan.FaultRule{Name: "follower-pause", Held: true, Takes: []plan.Resource{plan.Quorum}, Members: 3},
	Group:     OfProcess,
	Summary:   "a follower's process is suspended (SIGSTOP) and later goes on",
	Needs:     []Ability{CanPause, CanAdminister},
	Inject:    injectFollowerPause,
}

// suspension is what both have in common.
type suspension struct {
	target Target
	member string
	leader Leadership
	at     clock.Nanos
	healed clock.Nanos
}

func (f *suspension) Resolved() map[string]string {
	return map[string]string{"target": f.member, "term": strconv.FormatUint(f.leader.Term, 10)}
}

func (f *suspension) Heal(context.Context) error {
	at := clock.Now()
	if err := f.target.Resume(f.member); err != nil {
		return err
	}
	if f.healed == 0 {
		f.healed = at
	}
	return nil
}

type pausedLeader struct{ suspension }

func injectLeaderPause(_ context.Context, t Target, e plan.Event) (Ongoing, error) {
	member, leader, err := resolveLeader(t, e.Target)
	if err != nil {
		return nil, err
	}
	f := &pausedLeader{suspension{target: t, member: member, leader: leader, at: clock.Now()}}
	if err := t.Pause(member); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *pausedLeader) Effective(ctx context.Context) (Sight, error) {
	o, err := f.target.Await(ctx, f.at, func(o Observation) bool {
		return o.Member != f.member && o.Leader != f.member && o.Follows(o.Leader)
	})
	if err != nil {
		return Sight{}, fmt.Errorf("the others elected nobody: %w", err)
	}
	return o.sight(), nil
}

// Recovered waits until the member follows the leader that was elected meanwhile, or one after that.
func (f *pausedLeader) Recovered(ctx context.Context) (Sight, error) {
	return awaitAllFollow(ctx, f.target, f.healed, []string{f.member})
}

type pausedFollower struct{ suspension }

func injectFollowerPause(_ context.Context, t Target, e plan.Event) (Ongoing, error) {
	member, leader, err := resolveFollower(t, e.Target)
	if err != nil {
		return nil, err
	}
	if err := t.Pause(member); err != nil {
		return nil, err
	}
	return &pausedFollower{suspension{target: t, member: member, leader: leader}}, nil
}

// unanswered is how long a member is given to answer a status request, which takes a healthy one less than a millisecond.
const unanswered = 500 * time.Millisecond

func (f *pausedFollower) Effective(ctx context.Context) (Sight, error) {
	sight, err := askUntil(ctx, func(ctx context.Context) (Sight, error) {
		asking, cancel := context.WithTimeout(ctx, unanswered)
		defer cancel()
		if _, err := askStatus(asking, f.target, f.member); err == nil {
			return Sight{}, fmt.Errorf("%s answers", f.member)
		} else if asking.Err() == nil {
			return Sight{}, err // it is gone rather than silent
		}
		at := clock.Now()
		// On a machine that is too busy to answer anybody, silence would mean nothing.
		_, err := askStatus(ctx, f.target, f.leader.Member)
		return Sight{at, fmt.Sprintf("%s answers nothing, %s does", f.member, f.leader.Member)}, err
	})
	if err != nil {
		return Sight{}, fmt.Errorf("%s goes on: %w", f.member, err)
	}
	return sight, nil
}

// Recovered waits for the whole cluster: a follower need not have lost its leader, and then says nothing.
func (f *pausedFollower) Recovered(ctx context.Context) (Sight, error) {
	return awaitWhole(ctx, f.target)
}
