package chaos

import (
	"context"
	"slices"
	"sync"

	"aftershock/chaos/plan"
)

// turn keeps the order that a plan has. A member that takes longer to start again than the plan allows for is still
// being healed when the next fault is due: that one would be undone by the heal, or undo it. So an event waits until
// those that the plan has over by then are healed, whichever members they hit. It is then late, and says so.
type turn struct {
	before []<-chan struct{} // the heals that come first
	over   func()            // what it did is undone; the first call counts
}

func (t turn) await(ctx context.Context) error {
	for _, healed := range t.before {
		select {
		case <-healed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// turnsOf gives each event its turn.
func turnsOf(events []plan.Event, find func(string) (Fault, error)) []turn {
	turns, healed := make([]turn, len(events)), make([]chan struct{}, len(events))
	for i := range events {
		healed[i] = make(chan struct{})
		turns[i].over = sync.OnceFunc(func() { close(healed[i]) })
	}
	for i, e := range events {
		for j, earlier := range events {
			if follows(e, earlier, find) {
				turns[i].before = append(turns[i].before, healed[j])
			}
		}
	}
	return turns
}

// follows tells whether an earlier event is planned to be over before an event that needs what it has.
func follows(e, earlier plan.Event, find func(string) (Fault, error)) bool {
	mine, err := find(e.Fault)
	its, unknown := find(earlier.Fault)
	if err != nil || unknown != nil || earlier.At+its.Span(earlier.For) >= e.At {
		return false
	}
	return meet(mine.AllTakes(), its.AllTakes()) || meet(mine.AllTakes(), its.Uses) || meet(mine.Uses, its.AllTakes())
}

func meet(a, b []plan.Resource) bool {
	return slices.ContainsFunc(a, func(r plan.Resource) bool { return slices.Contains(b, r) })
}
