package article

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/metadata"
)

func TestWithRequireLeaderAddsAHeaderAndNothingElse(t *testing.T) {
	background := clientv3.WithRequireLeader(context.Background())
	if at, ok := background.Deadline(); ok || background.Done() != nil {
		t.Errorf("it has a deadline, %v, or can be cancelled", at)
	}
	header, _ := metadata.FromOutgoingContext(background)
	if len(header) != 1 || len(header["hasleader"]) != 1 || header["hasleader"][0] != "true" {
		t.Errorf("header %v", header)
	}
	parent, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	child := clientv3.WithRequireLeader(parent)
	was, _ := parent.Deadline()
	if is, ok := child.Deadline(); !ok || !is.Equal(was) || child.Done() != parent.Done() {
		t.Errorf("deadline %v, want the parent's %v; or a Done of its own", is, was)
	}
}

// dead are contexts that are over, each in another way.
func dead(t *testing.T) map[string]context.Context {
	t.Helper()
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	caused, give := context.WithCancelCause(context.Background())
	give(errors.New("no leader"))
	expired, stop := context.WithDeadline(context.Background(), time.Unix(0, 0))
	t.Cleanup(stop)
	return map[string]context.Context{
		"cancelled": cancelled, "with a cause": caused, "expired": expired,
		"a child": context.WithValue(cancelled, key{}, 1), "asking for a leader": clientv3.WithRequireLeader(cancelled),
	}
}

type key struct{}

func TestCancelledContextsDoNotPanic(t *testing.T) {
	for name, ctx := range dead(t) {
		built := map[string]any{}
		for _, series := range []string{"a", "b"} {
			built[series+" err"] = ctx.Err()
			built[series+" cause"] = context.Cause(ctx)
			built[series+" value"] = ctx.Value(key{})
			<-ctx.Done()
		}
		if len(built) != 6 || built["a err"] == nil {
			t.Errorf("%s: %v", name, built)
		}
	}
}

// callers are the functions above the caller of value.
func callers() (all []string) {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		all = append(all, f.Function)
		if !more {
			return all
		}
	}
}

// A key that cannot be hashed makes the assignment itself panic, so that its stack can be seen: by then the value was made,
// under no assignment.
func TestTheValueIsMadeBeforeTheAssignment(t *testing.T) {
	var making, assigning []string
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a slice was taken for a key")
			}
			assigning = callers()
		}()
		built := map[any]any{}
		built[[]int{1}] = func() any { making = callers(); return 1 }()
	}()
	if !inAssignment(assigning) {
		t.Fatalf("the panic came from elsewhere: %v", assigning)
	}
	if len(making) == 0 || inAssignment(making) {
		t.Errorf("the value was made below the assignment: %v", making)
	}
}

func inAssignment(frames []string) bool {
	return strings.Contains(strings.Join(frames, "\n"), "mapassign")
}

func TestOneCancelWakesAllWaiters(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	const waiters = 100
	var ready sync.WaitGroup
	woken := make(chan struct{}, waiters)
	for range waiters {
		ready.Add(1)
		go func() {
			ready.Done()
			<-ctx.Done()
			woken <- struct{}{}
		}()
	}
	ready.Wait()
	cancel()
	late := time.After(30 * time.Second)
	for n := range waiters {
		select {
		case <-woken:
		case <-late:
			t.Fatalf("%d of %d woke", n, waiters)
		}
	}
}

func assign(built map[string]int, series string, value func() int) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	built[series] = value()
	return false
}

func TestOneAssignmentIsIndivisible(t *testing.T) {
	built := map[string]int{"old": 1}
	fails := func() int { panic("cancelled") }
	if !assign(built, "old", fails) || !assign(built, "new", fails) {
		t.Fatal("nothing panicked")
	}
	if _, there := built["new"]; there || built["old"] != 1 {
		t.Errorf("an assignment that panicked left %v", built)
	}
	// A batch of them is not: what was built before the panic stays.
	batch := map[string]int{}
	for i, series := range strings.Split("abcdefghij", "") {
		value := func() int { return i }
		if i == 6 {
			value = fails
		}
		if assign(batch, series, value) {
			break
		}
	}
	if len(batch) != 6 {
		t.Errorf("%d of 10 keys stay, want 6", len(batch))
	}
}
