package doneleak

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"aftershock/scenarios/collector"
)

// waiting counts the goroutines that wait for the end of a request.
func waiting() (count int) {
	stacks := make([]byte, 4<<20)
	for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if strings.Contains(stack, ").Begin.func") {
			count++
		}
	}
	return count
}

func TestARequestThatIsOverIsWaitedForOnlyBefore(t *testing.T) {
	const requests = 100
	for name, c := range map[string]struct {
		arm  func() collector.Requests
		left int
	}{"before": {newBefore, requests}, "after": {newAfter, 0}} {
		synctest.Test(t, func(t *testing.T) {
			parent, cancel := context.WithCancel(context.Background())
			r := c.arm()
			for id := range uint64(requests) {
				r.Begin(parent, id)
			}
			synctest.Wait()
			if got := waiting(); got != requests {
				t.Errorf("%s: %d goroutines wait while %d requests are under way", name, got, requests)
			}
			for id := range uint64(requests) {
				r.End(id)
			}
			synctest.Wait()
			if got := waiting(); got != c.left {
				t.Errorf("%s: %d goroutines wait when all is over, want %d", name, got, c.left)
			}
			cancel()
			r.Wait()
		})
	}
}
