package faults

import (
	"context"
	"strconv"

	"aftershock/chaos"
	"aftershock/internal/clock"
)

// downed is a member whose process was ended, and is started again from its data to heal, whether it led or not.
type downed struct {
	target chaos.Target
	member string
	leader chaos.Leadership // when it began
	at     clock.Nanos
	healed clock.Nanos
}

func (f *downed) Resolved() map[string]string {
	return map[string]string{"target": f.member, "term": strconv.FormatUint(f.leader.Term, 10)}
}

func (f *downed) Heal(ctx context.Context) error {
	if f.healed != 0 {
		return nil
	}
	at := clock.Now()
	if err := f.target.Restart(ctx, f.member); err != nil {
		return err
	}
	f.healed = at
	return nil
}

// Recovered waits until the member follows a leader again.
func (f *downed) Recovered(ctx context.Context) (chaos.Sight, error) {
	return awaitAllFollow(ctx, f.target, f.healed, []string{f.member})
}

// suspended is a member whose process was suspended, and goes on to heal.
type suspended struct{ downed }

func (f *suspended) Heal(context.Context) error {
	at := clock.Now()
	if err := f.target.Resume(f.member); err != nil {
		return err
	}
	if f.healed == 0 {
		f.healed = at
	}
	return nil
}
