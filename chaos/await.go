package chaos

import (
	"context"
	"fmt"

	"aftershock/internal/clock"
)

// awaitAllFollow waits until each of the members has said since the given moment that it follows a leader, and returns
// when the last of them did.
func awaitAllFollow(ctx context.Context, t Observer, since clock.Nanos, members []string) (Sight, error) {
	last := Sight{At: since}
	for _, m := range members {
		o, err := t.Await(ctx, since, func(o Observation) bool { return o.Member == m && o.Follows(o.Leader) })
		if err != nil {
			return Sight{}, fmt.Errorf("%s follows no leader: %w", m, err)
		}
		if o.At > last.At {
			last = o.sight()
		}
	}
	return last, nil
}

// awaitGone waits until a member's process was seen to have ended since the given moment.
func awaitGone(ctx context.Context, t Observer, since clock.Nanos, member string) (Sight, error) {
	o, err := t.Await(ctx, since, func(o Observation) bool { return o.Member == member && o.Kind == Exited })
	if err != nil {
		return Sight{}, fmt.Errorf("%s is there still: %w", member, err)
	}
	return o.sight(), nil
}
