package pertrydeadline

import (
	"context"
	"errors"
	"testing"

	"aftershock/internal/scripted"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

var arms = map[string]func(part.Wire) records.Writer{"before": newBefore, "after": newAfter}

var record = records.Record{ID: "r7", Value: "r7 seven"}

// A try without an answer: the member has forwarded it to a leader that is dead. Before, its caller's whole deadline
// goes with it.
func TestATryThatHangsTakesTheWholeDeadlineOnlyBefore(t *testing.T) {
	for name, hangs := range map[string]scripted.Answer{
		"not committed": scripted.Hangs, "committed": scripted.LosesTheReply,
	} {
		for arm, want := range map[string]struct {
			err      error
			attempts int
		}{"before": {context.DeadlineExceeded, 1}, "after": {nil, 2}} {
			client, store, err := scripted.Client(hangs, scripted.Commits)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*patience)
			err = arms[arm](part.Wire{Client: client}).Write(ctx, record)
			if !errors.Is(err, want.err) || store.Attempts() != want.attempts {
				t.Errorf("%s, %s: %v after %d tries, want %v after %d", name, arm, err, store.Attempts(), want.err, want.attempts)
			}
			if copies := len(store.Keys()); copies > 1 || arm == "after" && copies == 0 {
				t.Errorf("%s, %s: it is there %d times", name, arm, copies)
			}
			cancel()
			_ = client.Close()
		}
	}
}

func TestBothTryAgainAfterAnError(t *testing.T) {
	leaderFailed := scripted.Refuses(rpctypes.ErrGRPCTimeoutDueToLeaderFail)
	for arm, writer := range arms {
		client, store, err := scripted.Client(leaderFailed, leaderFailed, scripted.Commits)
		if err != nil {
			t.Fatal(err)
		}
		err = writer(part.Wire{Client: client}).Write(t.Context(), record)
		if err != nil || store.Attempts() != 3 || store.Keys()[records.Prefix+record.ID] != record.Value {
			t.Errorf("%s: %v after %d tries, %v is there", arm, err, store.Attempts(), store.Keys())
		}
		_ = client.Close()
	}
}
