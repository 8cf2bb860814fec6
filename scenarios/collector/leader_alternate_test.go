package collector

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/harness"
	"aftershock/internal/clock"
)

func TestTheSharedContextIsCancelledForItsShareOfTheTime(t *testing.T) {
	for _, share := range []int{1, 25, 50, 99, 100} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			l := newLeadership(ctx, func(what harness.Signal, _ clock.Nanos) { t.Errorf("it signals %s", what) })
			l.cancel()
			go l.alternate(share)
			const periods, step = 5, cancelPeriod / 100
			lost := 0
			time.Sleep(step / 2)
			for range 100 * periods {
				if l.lost() {
					lost++
				}
				time.Sleep(step)
			}
			cancel()
			if lost != share*periods {
				t.Errorf("it is cancelled for %d of %d moments, want %d %%", lost, 100*periods, share)
			}
		})
	}
}
