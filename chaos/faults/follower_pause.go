package faults

import (
	"context"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// followerPause suspends a member that does not lead. Raft says nothing of it, so it takes effect when the member has
// left a status request unanswered for half a second while the leader answers one; it is over when the member has
// caught up.
var followerPause = chaos.Fault{
	FaultRule: plan.FaultRule{Name: "follower-pause", Settle: time.Second, Held: true, Takes: goneMember,
		Role: plan.Follows, Members: 3},
	Group:   chaos.OfProcess,
	Summary: "a follower's process is suspended (SIGSTOP) and later goes on",
	Needs:   []chaos.Ability{chaos.CanPause, chaos.CanAdminister},
	Inject:  injectFollowerPause,
}

type pausedFollower struct{ suspended }

func injectFollowerPause(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	member, leader, err := resolveFollower(t, e.Target)
	if err != nil {
		return nil, err
	}
	if err := t.Pause(member); err != nil {
		return nil, err
	}
	return &pausedFollower{suspended{downed{target: t, member: member, leader: leader}}}, nil
}

// unanswered is how long a member is given to answer a status request, which takes a healthy one less than a
// millisecond. On a machine that is so busy that the leader takes half of it, silence means nothing.
const unanswered = 500 * time.Millisecond

func (f *pausedFollower) Effective(ctx context.Context) (chaos.Sight, error) {
	sight, err := askUntil(ctx, pollEvery, func(ctx context.Context) (chaos.Sight, error) {
		asking, cancel := context.WithTimeout(ctx, unanswered)
		defer cancel()
		answer := make(chan error, 1)
		go func() {
			_, err := askStatus(asking, f.target, f.member)
			answer <- err
		}()
		slowest, err := f.askLeader(ctx, asking)
		switch silence := <-answer; {
		case silence == nil:
			return chaos.Sight{}, fmt.Errorf("%s answers", f.member)
		case asking.Err() == nil:
			return chaos.Sight{}, silence // it is gone rather than silent
		case err != nil:
			return chaos.Sight{}, err
		case slowest > unanswered/2:
			return chaos.Sight{}, fmt.Errorf("%s took %v for an answer itself", f.leader.Member, slowest)
		}
		return chaos.Sight{
			At: clock.Now(), Saw: fmt.Sprintf("%s answers nothing, %s does", f.member, f.leader.Member),
		}, nil
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s goes on: %w", f.member, err)
	}
	return sight, nil
}

// askLeader asks the leader again and again until the window is over, and gives the longest time that an answer took.
func (f *pausedFollower) askLeader(ctx, window context.Context) (slowest time.Duration, err error) {
	for window.Err() == nil {
		began := clock.Now()
		if _, err := askStatus(ctx, f.target, f.leader.Member); err != nil {
			return 0, err
		}
		slowest = max(slowest, clock.Now().Sub(began))
		_ = clock.SleepUntil(window, clock.Now().Add(pollEvery)) // its end ends the loop
	}
	return slowest, nil
}

// Recovered waits for the whole cluster: a follower need not have lost its leader, and then says nothing.
func (f *pausedFollower) Recovered(ctx context.Context) (chaos.Sight, error) {
	return awaitWhole(ctx, f.target)
}
