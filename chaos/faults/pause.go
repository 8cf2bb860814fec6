package faults

import (
	"context"
	"strconv"

	"aftershock/chaos"
	"aftershock/internal/clock"
)

// suspension is a member that was suspended and will go on, whether it led or not.
type suspension struct {
	target chaos.Target
	member string
	leader chaos.Leadership
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
