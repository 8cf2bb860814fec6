package precheck

import (
	"context"
	"time"
)

// Err tells why work under a context must not go on: [context.Canceled] or [context.DeadlineExceeded]; nil while it may. It
// is ctx.Err, and the deadline compared with the clock.
//
// The two differ just after a deadline. A timer cancels the context, and a timer is served when a processor gets to it:
// a goroutine that comes by earlier is told by ctx.Err that all is well, and begins what no caller waits for any more.
// For as long, context.Cause is nil as well.
//
// The error is the context package's own, so it compares by == and by errors.Is. A context that [context.WithoutCancel]
// made has neither an end nor a deadline, and Err is nil.
func Err(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// At the deadline itself it has passed, as in context.WithDeadline, which cancels at once when no time is left.
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return nil
}
