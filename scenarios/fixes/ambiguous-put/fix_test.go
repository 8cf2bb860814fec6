package ambiguousput

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"aftershock/internal/scripted"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

var arms = map[string]func(part.Wire) records.Writer{"before": newBefore, "after": newAfter}

func TestWhatBecomesOfARecord(t *testing.T) {
	leaderFailed := scripted.Refuses(rpctypes.ErrGRPCTimeoutDueToLeaderFail)
	for name, c := range map[string]struct {
		script                    []scripted.Answer
		before, after             bool // whether the caller is told that it is kept
		copiesBefore, copiesAfter int
	}{
		"all is well":                   {nil, true, true, 1, 1},
		"one answer is lost":            {[]scripted.Answer{scripted.LosesTheReply, scripted.Commits}, true, true, 2, 1},
		"one request is lost":           {[]scripted.Answer{scripted.Hangs, scripted.Commits}, true, true, 1, 1},
		"one error that leaves it open": {[]scripted.Answer{leaderFailed, scripted.Commits}, true, true, 1, 1},
		"all answers are late":          {[]scripted.Answer{scripted.Late}, false, true, 3, 1},
	} {
		for arm, want := range map[string]struct {
			kept   bool
			copies int
		}{"before": {c.before, c.copiesBefore}, "after": {c.after, c.copiesAfter}} {
			t.Run(fmt.Sprintf("%s, %s", name, arm), func(t *testing.T) {
				client, store, err := scripted.Client(c.script...)
				if err != nil {
					t.Fatal(err)
				}
				defer client.Close()
				err = arms[arm](part.Wire{Client: client}).
					Write(t.Context(), records.Record{ID: "r7", Value: "r7 seven"})
				if kept := err == nil; kept != want.kept {
					t.Errorf("its caller is told: %v", err)
				}
				if keys := store.Keys(); len(keys) != want.copies {
					t.Errorf("it lies under %v, want %d copies", keys, want.copies)
				}
			})
		}
	}
}

func TestTheRepairKeepsARecordUnderItsID(t *testing.T) {
	client, store, err := scripted.Client()
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	w := newAfter(part.Wire{Client: client})
	for _, value := range []string{"r7 seven", "r7 again"} {
		if err := w.Write(t.Context(), records.Record{ID: "r7", Value: value}); err != nil {
			t.Error(err)
		}
	}
	if keys := store.Keys(); len(keys) != 1 || keys[records.Prefix+"r7"] != "r7 seven" {
		t.Errorf("%v", keys)
	}
}

// The caller gives up during the second attempt, of which there would be a third in either arm.
func TestAWriteEndsWithItsCaller(t *testing.T) {
	for arm, writer := range arms {
		ctx, cancel := context.WithCancel(t.Context())
		gone := func(context.Context, func()) error {
			cancel()
			return rpctypes.ErrGRPCTimeout
		}
		client, store, err := scripted.Client(scripted.Refuses(rpctypes.ErrGRPCTimeout), gone)
		if err != nil {
			t.Fatal(err)
		}
		err = writer(part.Wire{Client: client}).Write(ctx, records.Record{ID: "r7", Value: "r7 seven"})
		if !errors.Is(err, rpctypes.ErrTimeout) || store.Attempts() != 2 {
			t.Errorf("%s: %v after %d attempts", arm, err, store.Attempts())
		}
		cancel()
		_ = client.Close()
	}
}
