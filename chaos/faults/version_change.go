package faults

import (
	"context"
	"fmt"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// change is a round after which members run the cluster's next etcd.
type change struct {
	*round
	version string
}

func newChange(t chaos.Target, e plan.Event) (*change, error) {
	next, err := t.Next()
	if err != nil {
		return nil, err
	}
	f, err := newRound(t, e)
	if err != nil {
		return nil, err
	}
	if n := e.Params.Count("members"); n > 0 {
		f.order = f.order[:min(n, len(f.order))]
	}
	c := &change{f, next}
	f.between, f.after = t.Switch, c.runs
	return c, nil
}

// runs refuses a member that says it is of another version than the one it was started with. A member that follows may
// need a moment more until it answers.
func (f *change) runs(ctx context.Context, member string) error {
	var is string
	_, err := askUntil(ctx, pollEvery, func(ctx context.Context) (chaos.Sight, error) {
		s, err := askStatus(ctx, f.target, member)
		if err == nil {
			is = s.Version
		}
		return chaos.Sight{}, err
	})
	if err == nil && is != f.version {
		err = fmt.Errorf("%s was started with etcd %s, and says that it is %s", member, f.version, is)
	}
	return err
}

func (f *change) Resolved() map[string]string {
	resolved := f.round.Resolved()
	resolved["version"] = f.version
	return resolved
}

// Recovered waits for the whole cluster. That each member is of the version was seen when it was back.
func (f *change) Recovered(ctx context.Context) (chaos.Sight, error) {
	sight, err := f.round.Recovered(ctx)
	if err == nil {
		sight.Saw += ", those that were restarted run etcd " + f.version
	}
	return sight, err
}
