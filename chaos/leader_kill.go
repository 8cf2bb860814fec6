package chaos

import (
	"context"
	"fmt"
	"strconv"

	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// leaderKill ends the leader's process with SIGKILL, and starts it again from its data folder to heal.
var leaderKill = Fault{
	FaultRule: plan.FaultRule{Name: "leader-kill", Held: true, Takes: []plan.Resource{plan.Quorum}},
	Group:     OfProcess,
	Summary:   "the leader's process is killed (SIGKILL) and later started again from its data",
	Needs:     []Ability{CanCrash},
	Inject:    injectLeaderKill,
}

type kill struct {
	target Target
	leader Leadership
	at     clock.Nanos // when the process was gone
	healed clock.Nanos
}

func injectLeaderKill(ctx context.Context, t Target, e plan.Event) (Ongoing, error) {
	leader, err := resolveLeader(t, e.Target)
	if err != nil {
		return nil, err
	}
	at, err := t.Crash(ctx, leader.Member)
	if err != nil {
		return nil, err
	}
	return &kill{target: t, leader: leader, at: at}, nil
}

func (f *kill) Resolved() map[string]string {
	return map[string]string{"target": f.leader.Member, "term": strconv.FormatUint(f.leader.Term, 10)}
}

// Effective waits until a survivor has noticed; in a cluster of one, the process's end is the effect.
func (f *kill) Effective(ctx context.Context) (Sight, error) {
	if len(f.target.Members()) == 1 {
		return Sight{f.at, f.leader.Member + " is gone"}, nil
	}
	o, err := f.target.Await(ctx, f.at, func(o Observation) bool {
		return o.Member != f.leader.Member && (o.Kind == Lost || o.Kind == Changed)
	})
	if err != nil {
		return Sight{}, fmt.Errorf("nobody noticed that %s is gone: %w", f.leader.Member, err)
	}
	return o.sight(), nil
}

func (f *kill) Heal(ctx context.Context) error {
	if f.healed != 0 {
		return nil
	}
	at := clock.Now()
	if err := f.target.Restart(ctx, f.leader.Member); err != nil {
		return err
	}
	f.healed = at
	return nil
}

// Recovered waits until the member that was killed follows a leader again.
func (f *kill) Recovered(ctx context.Context) (Sight, error) {
	return awaitAllFollow(ctx, f.target, f.healed, []string{f.leader.Member})
}
