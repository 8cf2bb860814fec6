package scripted_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"aftershock/internal/scripted"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

func TestAnAnswerIsWhatTheClientIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		answer scripted.Answer
		want   error
		kept   bool
	}{
		"commits":         {scripted.Commits, nil, true},
		"late":            {scripted.Late, nil, true},
		"too late":        {scripted.Late, context.DeadlineExceeded, true},
		"loses the reply": {scripted.LosesTheReply, context.DeadlineExceeded, true},
		"hangs":           {scripted.Hangs, context.DeadlineExceeded, false},
		"refuses":         {scripted.Refuses(rpctypes.ErrGRPCNoLeader), rpctypes.ErrNoLeader, false},
	} {
		client, store, err := scripted.Client(c.answer)
		if err != nil {
			t.Fatal(err)
		}
		within := time.Minute
		if errors.Is(c.want, context.DeadlineExceeded) {
			within = 500 * time.Millisecond // in which the attempt begins, on a busy machine too
		}
		ctx, cancel := context.WithTimeout(t.Context(), within)
		if c.want == nil {
			ctx = t.Context()
		}
		if _, err := client.Put(ctx, "key", "value"); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if kept := store.Keys()["key"] == "value"; kept != c.kept || store.Attempts() != 1 {
			t.Errorf("%s: it is kept: %v, after %d attempts", name, kept, store.Attempts())
		}
		cancel()
		_ = client.Close()
	}
}

func TestTheScriptIsFollowedAndItsLastAnswerStays(t *testing.T) {
	client, store, err := scripted.Client(scripted.Commits, scripted.Refuses(rpctypes.ErrGRPCNoSpace))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for n, want := range []error{nil, rpctypes.ErrNoSpace, rpctypes.ErrNoSpace} {
		if _, err := client.Put(t.Context(), "key", "value"); !errors.Is(err, want) {
			t.Errorf("attempt %d: %v, want %v", n, err, want)
		}
	}
	if store.Attempts() != 3 {
		t.Errorf("%d attempts", store.Attempts())
	}
}

func TestATransactionPutsOnlyWhatIsNotThere(t *testing.T) {
	client, store, err := scripted.Client()
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for n, value := range []string{"first", "second"} {
		got, err := client.Txn(t.Context()).If(clientv3.Compare(clientv3.CreateRevision("key"), "=", 0)).
			Then(clientv3.OpPut("key", value)).Commit()
		if err != nil || got.Succeeded != (n == 0) {
			t.Errorf("%s: %+v, %v", value, got, err)
		}
	}
	if got := store.Keys()["key"]; got != "first" {
		t.Errorf("the key holds %q", got)
	}
}
