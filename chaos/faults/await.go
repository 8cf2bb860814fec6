package faults

import (
	"context"
	"fmt"

	"aftershock/chaos"
	"aftershock/internal/clock"
)

// awaitAllFollow waits until each of the members has said since the given moment that it follows a leader, and returns
// when the last of them did.
func awaitAllFollow(ctx context.Context, t chaos.Observer, since clock.Nanos, members []string) (chaos.Sight, error) {
	last := chaos.Sight{At: since}
	for _, m := range members {
		o, err := t.Await(ctx, since, func(o chaos.Observation) bool { return o.Member == m && o.Follows(o.Leader) })
		if err != nil {
			return chaos.Sight{}, fmt.Errorf("%s follows no leader: %w", m, err)
		}
		if o.At > last.At {
			last = o.Sight()
		}
	}
	return last, nil
}

// awaitGone waits until a member's process was seen to have ended since the given moment.
func awaitGone(ctx context.Context, t chaos.Observer, since clock.Nanos, member string) (chaos.Sight, error) {
	o, err := t.Await(ctx, since, func(o chaos.Observation) bool { return o.Member == member && o.Kind == chaos.Exited })
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s is there still: %w", member, err)
	}
	return o.Sight(), nil
}
