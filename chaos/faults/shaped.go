package faults

import (
	"context"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/internal/units"
)

// shaped is links under a shape: the life that latency, bandwidth and slow start share. Its effect is observed on the
// links themselves, which count what they hold up; it is over when bytes pass that no shape is in the way of.
type shaped struct {
	memberLinks
	effect func(before, now reading) (says string, seen bool)
	before []reading
	undo   []func()
	flow   flow
}

// reading is what a link has held up until some time.
type reading struct {
	pieces             int64
	delayed, throttled time.Duration
	forwarded          int64
}

func readingOf(l *network.Link) reading {
	pieces, delayed := l.Delayed()
	return reading{pieces, delayed, l.Throttled(), l.Forwarded()}
}

// shape applies a shape to every link of a memberLinks, to each with a seed of its own.
func (w memberLinks) shape(s network.Shape, effect func(before, now reading) (string, bool)) (*shaped, error) {
	f := &shaped{memberLinks: w, effect: effect}
	for _, l := range w.links {
		f.before = append(f.before, readingOf(l))
		undo, err := l.Shape(s)
		if err != nil {
			f.unshape()
			return nil, err
		}
		f.undo = append(f.undo, undo)
		s.Seed++
	}
	return f, nil
}

func (f *shaped) unshape() {
	for _, undo := range f.undo {
		undo()
	}
}

// Effective waits until one of the links has held something up as its shape says, and has passed it on. A link on which
// nothing is said shows nothing; and on one that another fault has cut meanwhile it is the cut that is felt.
func (f *shaped) Effective(ctx context.Context) (chaos.Sight, error) {
	var saw string
	at, err := poll(ctx, func() bool {
		for i, l := range f.links {
			before, now := f.before[i], readingOf(l)
			if says, seen := f.effect(before, now); seen && now.forwarded > before.forwarded {
				saw = fmt.Sprintf("%s %s", l, says)
				return true
			}
		}
		return false
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("nothing was held up on %s of %s: %w", units.Count(len(f.links), "link"),
			f.member, err)
	}
	return chaos.Sight{At: at, Saw: saw}, nil
}

// Heal undoes the shapes; what waits is then delivered at once.
func (f *shaped) Heal(context.Context) error {
	f.unshape()
	if f.flow.links == nil {
		f.flow = flowOf(f.links)
	}
	return nil
}

func (f *shaped) Recovered(ctx context.Context) (chaos.Sight, error) { return f.flow.awaitAny(ctx) }

// wasThrottled is the effect of a rate.
func wasThrottled(before, now reading) (string, bool) {
	waited := now.throttled - before.throttled
	return fmt.Sprintf("made bytes wait %v for its rate", waited.Round(time.Microsecond)), waited > 0
}
