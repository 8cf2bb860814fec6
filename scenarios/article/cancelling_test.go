package article

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"
)

func over(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

func TestAValueContextEndsWithItsParentAndKeepsItsValue(t *testing.T) {
	parent, cancel := context.WithCancel(context.Background())
	child := context.WithValue(parent, key{}, "kept")
	if child.Err() != nil || over(child) {
		t.Fatal("it is over before its parent is")
	}
	cancel()
	if !errors.Is(child.Err(), context.Canceled) || !over(child) || child.Value(key{}) != "kept" {
		t.Errorf("%v, value %v", child.Err(), child.Value(key{}))
	}
}

func TestACancelReachesAllThatDescendFromIt(t *testing.T) {
	root := t.Context()
	middle, cancel := context.WithCancel(root)
	timed, stop := context.WithTimeout(middle, time.Hour)
	defer stop()
	below := context.WithValue(timed, key{}, 1)
	cancel()
	if !over(middle) || !over(timed) || !over(below) || over(root) {
		t.Errorf("middle %v, timed %v, below %v, root %v", over(middle), over(timed), over(below), over(root))
	}
	if !errors.Is(timed.Err(), context.Canceled) {
		t.Errorf("the one with a time-out ended by %v", timed.Err())
	}
}

func TestASelectOfDoneAloneBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		passed := false
		go func() {
			select { //nolint:staticcheck // this is what the article writes
			case <-ctx.Done():
			}
			passed = true
		}()
		time.Sleep(time.Hour) // of the bubble's own clock
		if synctest.Wait(); passed {
			t.Error("it does not block")
		}
		cancel()
		if synctest.Wait(); !passed {
			t.Error("it blocks after the end of the context")
		}
	})
}

func TestADoneIsClosedOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	done, err := ctx.Done(), ctx.Err()
	cancel()
	if ctx.Done() != done || !over(ctx) || !errors.Is(ctx.Err(), err) {
		t.Errorf("it is another one after a second cancel: %v", ctx.Err())
	}
}

func TestACancelFuncCanBeHandedOnAsAValue(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	carrying := context.WithValue(ctx, key{}, cancel)
	got, ok := carrying.Value(key{}).(context.CancelFunc)
	if !ok {
		t.Fatalf("%T", carrying.Value(key{}))
	}
	if got(); !over(ctx) {
		t.Error("it cancels nothing")
	}
}

// register, put and assign are the article's chain; none but the first is given the cancel func.
func TestCancellingNeedsNoCancelFuncOnItsWay(t *testing.T) {
	built := map[string]context.Context{}
	assign := func(ctx context.Context) { built["service"] = context.WithValue(ctx, key{}, 1) }
	put := func(ctx context.Context) { assign(ctx) }
	ctx, cancel := context.WithCancel(context.Background())
	put(ctx)
	if over(built["service"]) {
		t.Fatal("it is over before it was cancelled")
	}
	if cancel(); !over(built["service"]) {
		t.Error("cancelling ended on its way")
	}
}

func TestATimeoutEndsWithoutACancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, stop := context.WithCancel(context.Background())
		defer stop()
		ctx, cancel := context.WithTimeout(parent, 5*time.Second)
		inMap := map[string]context.CancelFunc{"req-123": cancel} // which is never called
		left := false
		go func() {
			<-ctx.Done()
			left = true
		}()
		time.Sleep(5 * time.Second)
		if synctest.Wait(); !left || !errors.Is(ctx.Err(), context.DeadlineExceeded) || len(inMap) != 1 {
			t.Errorf("left %v, %v", left, ctx.Err())
		}
	})
}

// payload is what a context carries: whether the context is still held can be seen by it.
type payload struct{ _ [64]byte }

// leave makes a child of parent, keeps nothing of it but what keep takes, and tells whether the child was collected.
func leave(parent context.Context, keep func(context.CancelFunc)) (collected bool) {
	held := func() weak.Pointer[payload] {
		p := &payload{}
		_, cancel := context.WithCancel(context.WithValue(parent, key{}, p))
		keep(cancel)
		return weak.Make(p)
	}()
	for range 20 { // one that is not collected by then is held
		if runtime.GC(); held.Value() == nil {
			return true
		}
	}
	return false
}

func TestAMapOfContextsLeaksAsWell(t *testing.T) {
	parent := t.Context()
	if leave(parent, func(context.CancelFunc) {}) {
		t.Error("a child whose entry is gone, and whose cancel func is lost, is not held by its parent")
	}
	if !leave(parent, func(cancel context.CancelFunc) { cancel() }) {
		t.Error("a child that was cancelled is held")
	}
	runtime.KeepAlive(parent)
}

func TestAPanicOfAnAssignmentLeavesTheMapAsItWas(t *testing.T) {
	built := map[any]int{"old": 1}
	var none map[any]int
	for name, assign := range map[string]func(){
		"a key without a hash": func() { built[[]int{1}] = 2 },
		"a nil map":            func() { none["new"] = 2 },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			assign()
		}()
	}
	if built["new"] = 3; len(built) != 2 || built["old"] != 1 || built["new"] != 3 {
		t.Errorf("it holds %v", built)
	}
}

// asked is the check that the article describes.
func asked(ctx context.Context, write func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	write()
	return nil
}

func TestAPrecheckReturnsTheContextsError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		timed, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		for _, c := range []struct {
			name string
			ctx  context.Context
			want error
		}{{"live", timed, nil}, {"cancelled", cancelled, context.Canceled}, {"timed out", timed,
			context.DeadlineExceeded}} {
			if c.want != nil {
				time.Sleep(time.Second)
				synctest.Wait()
			}
			written := false
			if err := asked(c.ctx, func() { written = true }); !errors.Is(err, c.want) || written != (c.want == nil) {
				t.Errorf("%s: %v, written %v", c.name, err, written)
			}
		}
	})
}

func TestACancelFuncInAMapPanicsOnlyWhereItIsNot(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	active := map[string]context.CancelFunc{"here": cancel}
	for range 3 {
		if p := panicOf(active["here"]); p != nil || ctx.Err() == nil {
			t.Fatalf("a cancel func that is called again: %v, %v", p, ctx.Err())
		}
	}
	delete(active, "here")
	if p := panicOf(active["here"]); p == nil {
		t.Error("an entry that is not there can be called")
	}
}

func TestAWriteAfterTheEndOfItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	closed := make(chan struct{})
	cancel()
	close(closed)
	whole, half := map[int]int{}, map[int]int{}
	write := func() {
		for n := range 1000 {
			whole[n] = n
		}
	}
	if p := panicOf(write); p != nil || len(whole) != 1000 || whole[999] != 999 || ctx.Err() == nil {
		t.Errorf("%v, %d of 1000 writes", p, len(whole))
	}
	if p := panicOf(func() { closed <- struct{}{} }); p == nil {
		t.Error("a channel that is closed takes what is sent")
	}
	during, end := context.WithCancel(t.Context())
	defer end()
	for n := 0; n < 1000 && during.Err() == nil; n++ {
		if half[n] = n; n == 499 {
			end()
		}
	}
	if len(half) != 500 {
		t.Errorf("a loop that asks wrote %d of 1000", len(half))
	}
}

// panicOf is what a function panics with.
func panicOf(f func()) (with any) {
	defer func() { with = recover() }()
	f()
	return nil
}
