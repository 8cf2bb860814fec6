package droppedproposal

import (
	"context"
	"errors"
	"testing"

	"aftershock/internal/scripted"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var arms = map[string]func(part.Wire) records.Writer{"before": newBefore, "after": newAfter}

var record = records.Record{ID: "r7", Value: "r7 seven"}

func TestOnlyWhatPassesIsWrittenAgain(t *testing.T) {
	for name, c := range map[string]struct {
		err    error // of the first attempt
		passes bool
	}{
		"dropped":              {status.Error(codes.Unknown, "raft proposal dropped"), true},
		"no leader":            {rpctypes.ErrGRPCNoLeader, true},
		"too many requests":    {rpctypes.ErrGRPCRequestTooManyRequests, true},
		"an Unavailable":       {rpctypes.ErrGRPCLeaderChanged, true}, // which reads are sent, and writes might be
		"timed out":            {rpctypes.ErrGRPCTimeout, true},
		"leader failed":        {rpctypes.ErrGRPCTimeoutDueToLeaderFail, true},
		"stopped":              {rpctypes.ErrGRPCStopped, true},
		"transport":            {status.Error(codes.Unavailable, "error reading from server: EOF"), true},
		"no space":             {rpctypes.ErrGRPCNoSpace, false},
		"too large":            {rpctypes.ErrGRPCRequestTooLarge, false},
		"not permitted":        {rpctypes.ErrGRPCPermissionDenied, false},
		"unknown, and no more": {status.Error(codes.Unknown, "anything else"), false},
	} {
		for arm, writer := range arms {
			client, store, err := scripted.Client(scripted.Refuses(c.err), scripted.Commits)
			if err != nil {
				t.Fatal(err)
			}
			err = writer(part.Wire{Client: client}).Write(t.Context(), record)
			if kept, want := err == nil, arm == "after" && c.passes; kept != want || (len(store.Keys()) == 1) != want {
				t.Errorf("%s, %s: %v, and %v is there; want it kept: %v", name, arm, err, store.Keys(), want)
			}
			_ = client.Close()
		}
	}
}

// The caller gives up during the third attempt.
func TestAWriteThatIsRefusedToTheEndFailsAsItWasRefused(t *testing.T) {
	for arm, want := range map[string]int{"before": 1, "after": 3} {
		ctx, cancel := context.WithCancel(t.Context())
		gone := func(context.Context, func()) error {
			cancel()
			return rpctypes.ErrGRPCNoLeader
		}
		refused := scripted.Refuses(rpctypes.ErrGRPCNoLeader)
		client, store, err := scripted.Client(refused, refused, gone)
		if err != nil {
			t.Fatal(err)
		}
		err = arms[arm](part.Wire{Client: client}).Write(ctx, record)
		if !errors.Is(err, rpctypes.ErrNoLeader) || store.Attempts() != want {
			t.Errorf("%s: %v after %d attempts, want %d", arm, err, store.Attempts(), want)
		}
		cancel()
		_ = client.Close()
	}
}
