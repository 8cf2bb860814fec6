package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

// leaderTransferStorm moves leadership to another member again and again. Which one is the event's draw.
//
//	period  from the beginning of one move to the next, 50ms to 1m. Default 300ms.
//
// It takes effect with the first new leader that a member follows, once there was a second: one move alone is no storm.
// A move that fails because there is no leader at that moment, or a new one, is not repeated.
var leaderTransferStorm = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "leader-transfer-storm", Held: true, Aim: plan.AtCluster, Draws: true,
		Takes: []plan.Resource{plan.Quorum}, Members: 2,
		Params: []plan.Param{
			{Name: "period", Kind: plan.Duration, Default: "300ms", Low: "50ms", High: "1m",
				Says: "from one move to the next"},
		},
	},
	Group:   chaos.OfElection,
	Summary: "leadership is moved from member to member again and again (MoveLeader)",
	Needs:   []chaos.Ability{chaos.CanTransfer, chaos.CanAdminister},
	Inject:  injectStorm,
}

// moveTimeout bounds one move: MoveLeader waits for a transfer that was lost as long as it may.
const moveTimeout = 2 * time.Second

// stormy is how many moves make a storm.
const stormy = 2

type storm struct {
	target chaos.Target
	rng    *rand.Rand
	period time.Duration
	at     clock.Nanos
	task   *task
	enough chan struct{} // closed with the move that makes it a storm

	mu    sync.Mutex
	first chaos.Sight
	moves []string // who led, in turn
	err   error    // the first one that does not just happen
}

func injectStorm(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	if len(t.Members()) < 2 {
		return nil, errors.New("in a cluster of one there is no other member to hand over to")
	}
	f := &storm{
		target: t, rng: draws(e), period: e.Params.Duration("period"), at: clock.Now(),
		enough: make(chan struct{}),
	}
	f.task = begin(f.run)
	return f, nil
}

func (f *storm) run(ctx context.Context) error {
	for n := 1; ctx.Err() == nil; n++ {
		if err := f.move(ctx); err != nil && ctx.Err() == nil && !passes(err) {
			f.fail(err)
		}
		_ = clock.SleepUntil(ctx, f.at.Add(time.Duration(n)*f.period)) // ended early by the heal, which the loop sees
	}
	return f.err
}

// move hands leadership to one of the others, and counts it when a member follows the new leader.
func (f *storm) move(ctx context.Context) error {
	leader, ok := f.target.Leader()
	if !ok {
		return chaos.ErrNoLeader
	}
	others := slices.DeleteFunc(slices.Clone(f.target.Members()), func(m string) bool { return m == leader.Member })
	to := others[f.rng.IntN(len(others))]
	moving, cancel := context.WithTimeout(ctx, moveTimeout)
	defer cancel()
	at := clock.Now()
	if err := f.target.Transfer(moving, to); err != nil {
		return err
	}
	o, err := f.target.Await(moving, at, func(o chaos.Observation) bool {
		return o.Follows(to) && o.Term > leader.Term
	})
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.moves = append(f.moves, to)
	switch len(f.moves) {
	case 1:
		f.first = o.Sight()
	case stormy:
		close(f.enough)
	}
	return nil
}

func (f *storm) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

// passes tells whether an error only means that a move came at the wrong moment.
func passes(err error) bool {
	for _, passing := range []error{
		chaos.ErrNoLeader, context.DeadlineExceeded, rpctypes.ErrNoLeader, rpctypes.ErrNotLeader,
		rpctypes.ErrLeaderChanged, rpctypes.ErrTimeout, rpctypes.ErrTimeoutDueToLeaderFail,
		rpctypes.ErrBadLeaderTransferee,
	} {
		if errors.Is(err, passing) {
			return true
		}
	}
	return false
}

func (f *storm) Resolved() map[string]string { return map[string]string{"period": f.period.String()} }

func (f *storm) Effective(ctx context.Context) (chaos.Sight, error) {
	select {
	case <-f.enough:
	case <-ctx.Done():
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.moves); n < stormy {
		return chaos.Sight{}, errors.Join(fmt.Errorf("leadership moved %d times: %w", n, context.Cause(ctx)), f.err)
	}
	return f.first, nil
}

// Heal ends the storm.
func (f *storm) Heal(ctx context.Context) error {
	if err := f.task.end(ctx, nil); err != nil {
		return fmt.Errorf("a move goes on: %w", err)
	}
	return nil
}

// Recovered waits for the whole cluster, and reports errors of the moves.
func (f *storm) Recovered(ctx context.Context) (chaos.Sight, error) {
	sight, err := awaitWhole(ctx, f.target)
	if err != nil || f.task.err != nil {
		return chaos.Sight{}, errors.Join(f.task.err, err)
	}
	sight.Saw = fmt.Sprintf("%s after %d moves, to %s", sight.Saw, len(f.moves), strings.Join(f.moves, " "))
	return sight, nil
}
