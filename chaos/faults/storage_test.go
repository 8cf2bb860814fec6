package faults_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

// Nothing is begun at a cluster that takes no requests from an administrator.
func TestWhatNeedsAnAdministratorIsNotInjectedWithoutOne(t *testing.T) {
	for _, f := range faults.All() {
		if f.Group != chaos.OfStorage && f.Group != chaos.OfLoad {
			continue
		}
		e := plan.Event{ID: "e1", Fault: f.Name, For: time.Hour, Params: plan.Params{}}
		for _, p := range f.Params {
			e.Params[p.Name] = p.Default
		}
		if f.Aim == plan.AtMember {
			e.Target = "n2"
		}
		target := chaostest.New()
		ongoing, err := f.Inject(t.Context(), target, e)
		const want = "the scripted cluster cannot: " + string(chaos.CanAdminister)
		if err == nil || !strings.HasSuffix(err.Error(), want) || ongoing != nil || len(target.Operations()) > 0 {
			t.Errorf("%s: did %q, ongoing %v, error %v", f.Name, target.Operations(), ongoing, err)
		}
	}
}

func TestASnapshotIsWholeWhenItEndsWithItsDigest(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789abcdef"), 9000) // more than one block
	digest := sha256.Sum256(body)
	whole := append(bytes.Clone(body), digest[:]...)
	broken := errors.New("connection reset")
	for _, c := range []struct {
		name   string
		stream io.Reader
		size   int64
		want   string
	}{
		{"whole", bytes.NewReader(whole), int64(len(body)), ""},
		{"whole, in small pieces", iotest.OneByteReader(bytes.NewReader(whole)), int64(len(body)), ""},
		{"whole, and its end with the last of it", iotest.DataErrReader(bytes.NewReader(whole)), int64(len(body)), ""},
		{"truncated", bytes.NewReader(whole[:len(whole)-1]), int64(len(body)) - 1, "does not end with its SHA-256"},
		{"without its digest", bytes.NewReader(body), int64(len(body)) - sha256.Size, "does not end with its SHA-256"},
		{"only a digest", bytes.NewReader(whole[len(body):]), 0, "the snapshot of 0 bytes does not end"},
		{"empty", bytes.NewReader(nil), 0, "the snapshot of 0 bytes does not end"},
		{"broken off", io.MultiReader(bytes.NewReader(whole[:1000]), iotest.ErrReader(broken)), 1000 - sha256.Size,
			"connection reset"},
	} {
		size, err := faults.ReadSnapshot(c.stream)
		if size != c.size || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %d bytes, error %v; want %d, %q", c.name, size, err, c.size, c.want)
		}
	}
}

func TestOnlyWhatIsRefusedForGoodIsNotSentAgain(t *testing.T) {
	for err, want := range map[error]bool{
		rpctypes.ErrNoSpace: true, rpctypes.ErrCompacted: true, rpctypes.ErrLeaseNotFound: true,
		rpctypes.ErrRequestTooLarge: true, rpctypes.ErrPermissionDenied: true,
		rpctypes.ErrGRPCNoSpace:     true, // as it comes from a client that does not translate it
		rpctypes.ErrNoLeader:        false,
		rpctypes.ErrTimeout:         false,
		rpctypes.ErrTooManyRequests: false,
		rpctypes.ErrStopped:         false,
		context.DeadlineExceeded:    false,
		errors.New("what is this"):  false,
	} {
		if faults.Final(err) != want || faults.Final(fmt.Errorf("through n1: %w", err)) != want {
			t.Errorf("%v: final is %v, want %v", err, !want, want)
		}
	}
}

func TestWorkThatTakesTooLongIsStoppedAndSaysWhatHeldItUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		ended := false
		err := faults.Work(ctx, func(ctx context.Context) error {
			<-ctx.Done()
			ended = true
			return errors.New("no leader")
		})
		if !ended || !errors.Is(err, context.DeadlineExceeded) || !strings.HasSuffix(err.Error(), ": no leader") {
			t.Errorf("ended %v, error %v", ended, err)
		}
		if err := faults.Work(ctx, func(context.Context) error { panic("of a fault") }); err == nil ||
			!strings.Contains(err.Error(), "panic: of a fault") {
			t.Errorf("work that panics: %v", err)
		}
	})
}
