package requireleader

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"aftershock/internal/scripted"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/metadata"
)

var arms = map[string]func(part.Wire) records.Writer{"before": newBefore, "after": newAfter}

// leaderless is what a member without a leader does: it refuses who requires one, and keeps all others waiting.
func leaderless(ctx context.Context, commit func()) error {
	if sent, _ := metadata.FromOutgoingContext(ctx); len(sent.Get(rpctypes.MetadataRequireLeaderKey)) > 0 {
		return rpctypes.ErrGRPCNoLeader
	}
	return scripted.Hangs(ctx, commit)
}

func TestAMemberWithoutALeaderIsWaitedForOnlyBefore(t *testing.T) {
	for arm, want := range map[string]struct {
		err    error
		within time.Duration // in which the attempt begins, on a busy machine too
	}{
		"before": {context.DeadlineExceeded, 500 * time.Millisecond}, "after": {rpctypes.ErrNoLeader, time.Minute},
	} {
		client, store, err := scripted.Client(leaderless)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), want.within)
		err = arms[arm](part.Wire{Client: client}).Write(ctx, records.Record{ID: "1", Value: "1 one"})
		if !errors.Is(err, want.err) || len(store.Keys()) > 0 || store.Attempts() != 1 {
			t.Errorf("%s: %v after %d attempts, want %v after 1; %v are there", arm, err, store.Attempts(), want.err,
				store.Keys())
		}
		cancel()
		_ = client.Close()
	}
}

func TestBothWritersWriteTheSame(t *testing.T) {
	for arm, writer := range arms {
		client, store, err := scripted.Client()
		if err != nil {
			t.Fatal(err)
		}
		w := writer(part.Wire{Client: client})
		for _, record := range []records.Record{{ID: "1", Value: "1 one"}, {ID: "2", Value: "2 two"}} {
			if err := w.Write(t.Context(), record); err != nil {
				t.Errorf("%s: %v", arm, err)
			}
		}
		want := map[string]string{records.Prefix + "1": "1 one", records.Prefix + "2": "2 two"}
		if got := store.Keys(); !maps.Equal(got, want) || store.Attempts() != 2 {
			t.Errorf("%s writes %v in %d attempts", arm, got, store.Attempts())
		}
		_ = client.Close()
	}
}
