package lockacrossrpc

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"aftershock/scenarios/collector"
)

var boards = []struct {
	arm string
	new func() collector.Board
}{{"before", newBefore}, {"after", newAfter}}

func TestBothBoardsBehaveTheSame(t *testing.T) {
	refused := errors.New("refused")
	for _, arm := range boards {
		board := arm.new()
		first, second := &collector.Batch{}, &collector.Batch{}
		never := func(*collector.Batch) error { t.Errorf("%s sends nothing", arm.arm); return nil }
		if reusable, err := board.Publish(never); reusable != nil || !errors.Is(err, collector.ErrNoBatch) {
			t.Errorf("%s, before the first batch: %p, %v", arm.arm, reusable, err)
		}
		if reusable := board.HandOn(first); reusable != nil {
			t.Errorf("%s makes %p reusable for the first batch", arm.arm, reusable)
		}
		for _, want := range []error{nil, refused, nil} { // the same batch again and again, until there is another
			var sent *collector.Batch
			reusable, err := board.Publish(func(b *collector.Batch) error { sent = b; return want })
			if sent != first || reusable != nil || !errors.Is(err, want) {
				t.Errorf("%s sends %p of %p, makes %p reusable, %v", arm.arm, sent, first, reusable, err)
			}
		}
		if reusable := board.HandOn(second); reusable != first {
			t.Errorf("%s makes %p reusable, want the previous batch %p", arm.arm, reusable, first)
		}
		var sent *collector.Batch
		if _, err := board.Publish(func(b *collector.Batch) error { sent = b; return nil }); sent != second || err != nil {
			t.Errorf("%s sends %p, want the newest %p; %v", arm.arm, sent, second, err)
		}
	}
}

// waitsForALock tells whether a goroutine stands in HandOn and waits for a lock there.
func waitsForALock() bool {
	stacks := make([]byte, 1<<20)
	for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if state, frames, _ := strings.Cut(stack, "\n"); strings.Contains(state, "sync.Mutex.Lock") &&
			strings.Contains(frames, ").HandOn(") {
			return true
		}
	}
	return false
}

func TestHandingOnWaitsForTheSendOnlyBefore(t *testing.T) {
	for _, arm := range boards {
		board := arm.new()
		first, second := &collector.Batch{}, &collector.Batch{}
		board.HandOn(first)
		handedOn := make(chan *collector.Batch, 1)
		waited := false
		fromPublish, err := board.Publish(func(*collector.Batch) error {
			go func() { handedOn <- board.HandOn(second) }()
			for len(handedOn) == 0 && !waited { // whatever the scheduler does, one of the two comes about
				waited = waitsForALock()
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		fromHandOn := <-handedOn
		if want := arm.arm == "before"; waited != want {
			t.Errorf("%s: handing on while a batch is sent waits for the lock: %v", arm.arm, waited)
		}
		// The batch that was being sent comes back once, from the last that needed it.
		got := [2]*collector.Batch{fromHandOn, fromPublish}
		if want := map[string][2]*collector.Batch{"before": {first, nil}, "after": {nil, first}}[arm.arm]; got != want {
			t.Errorf("%s: HandOn and Publish returned %p, want %p", arm.arm, got, want)
		}
	}
}
