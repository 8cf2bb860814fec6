package faults

import (
	"context"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/internal/clock"
	"aftershock/internal/units"
)

// pollInterval is how often a link is asked what passes over it: links send no events. Counting bytes costs no system
// call.
const pollInterval = 5 * time.Millisecond

// poll waits until a condition holds, and tells when it was seen to. Its error is the context's.
func poll(ctx context.Context, holds func() bool) (clock.Nanos, error) {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
	return clock.Now(), nil
}

// awaitHeldUp waits until every one of the cut links holds bytes back. That proves the cut: on a link without traffic
// it would hurt no one.
func awaitHeldUp(ctx context.Context, links []*network.Link) (chaos.Sight, error) {
	var silent *network.Link
	at, err := poll(ctx, func() bool {
		for _, silent = range links {
			if silent.Waiting() == 0 {
				return false
			}
		}
		return true
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s holds nothing up: %w", silent, err)
	}
	return chaos.Sight{At: at, Saw: "bytes are held up on " + units.Count(len(links), "link")}, nil
}

// cutAlready is an error when each of the links is cut: to cut them once more hurts no one.
func cutAlready(links []*network.Link) error {
	for _, l := range links {
		if !l.Held() {
			return nil
		}
	}
	return fmt.Errorf("%s and %s are cut already", links[0], links[len(links)-1])
}

// flow is what had passed over links at some time.
type flow struct {
	links  []*network.Link
	passed []int64
}

func flowOf(links []*network.Link) flow {
	f := flow{links: links}
	for _, l := range links {
		f.passed = append(f.passed, l.Forwarded())
	}
	return f
}

// awaitMore waits until more has passed over each of the links.
func (f flow) awaitMore(ctx context.Context) (chaos.Sight, error) {
	var still *network.Link
	at, err := poll(ctx, func() bool {
		for i, l := range f.links {
			if still = l; l.Forwarded() == f.passed[i] {
				return false
			}
		}
		return true
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("nothing passes over %s: %w", still, err)
	}
	return chaos.Sight{At: at, Saw: "bytes pass over " + units.Count(len(f.links), "link")}, nil
}

// awaitAny waits until more has passed over one of the links: not every link has something to say at any time.
func (f flow) awaitAny(ctx context.Context) (chaos.Sight, error) {
	var live *network.Link
	at, err := poll(ctx, func() bool {
		for i, l := range f.links {
			if live = l; l.Forwarded() > f.passed[i] {
				return true
			}
		}
		return false
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("nothing passes over %s: %w", units.Count(len(f.links), "link"), err)
	}
	return chaos.Sight{At: at, Saw: fmt.Sprintf("bytes pass over %s", live)}, nil
}
