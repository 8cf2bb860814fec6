package faults

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// writer sends a fault's own requests, as the cluster's administrator: past all links. Each is sent again until it is
// answered, because another fault may be at work too; so all of them have to be such that twice does no harm.
type writer struct {
	target chaos.Target
	prefix string // of all keys that the fault writes; others have no keys there
	member string // through which it is tried first; none: through the leader
}

// writerOf is the writer of a fault, whose keys lie below a prefix of its own.
func writerOf(t chaos.Target, fault string) writer {
	return writer{target: t, prefix: faultPrefix(fault)}
}

// faultPrefix begins the keys that a fault writes.
func faultPrefix(fault string) string { return chaos.Prefix + "faults/" + fault + "/" }

// at is the same writer, by way of another member first.
func (w writer) at(member string) writer {
	w.member = member
	return w
}

// A member that hangs does not answer, and one whose leader is gone answers only after 5 s and an election's time. Nor
// does one whose leader was about to hand over: it dropped what the member passed on, without a word. So the first
// attempts are short: in a heal's patience, two whole ones would be all.
const (
	attemptTime = 5 * time.Second
	retryPause  = 25 * time.Millisecond
)

// request is what can be sent through any member.
type request func(context.Context, *clientv3.Client) error

// do sends a request until it is answered, refused for good, or ctx is done.
func (w writer) do(ctx context.Context, r request) error {
	for n := 0; ; n++ {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := w.attempt(ctx, w.through(n), attemptTime>>max(0, 2-n), r)
		if err == nil || final(err) {
			return err
		}
		if cause := clock.SleepUntil(ctx, clock.Now().Add(retryPause)); cause != nil {
			return fmt.Errorf("%w, at last: %w", cause, err)
		}
	}
}

// through says by way of whom the n-th attempt goes: the member that is preferred or leads, and every other time one of
// all in turn, because who was said to lead may just have been killed.
func (w writer) through(n int) string {
	members := w.target.Members()
	if n%2 == 0 {
		if w.member != "" {
			return w.member
		}
		if leader, ok := w.target.Leader(); ok {
			return leader.Member
		}
	}
	return members[n/2%len(members)]
}

func (w writer) attempt(ctx context.Context, member string, limit time.Duration, r request) error {
	client, err := w.target.Admin(member)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := r(ctx, client); err != nil {
		return fmt.Errorf("through %s: %w", member, err)
	}
	return nil
}

// final tells whether a request was refused for what it is, so that to send it again would be in vain.
func final(err error) bool {
	if errors.Is(err, rpctypes.ErrTooManyRequests) {
		return false
	}
	switch codeOf(err) {
	case codes.InvalidArgument, codes.NotFound, codes.FailedPrecondition, codes.OutOfRange, codes.ResourceExhausted,
		codes.PermissionDenied, codes.Unauthenticated, codes.Unimplemented:
		return true
	default:
		return false
	}
}

func codeOf(err error) codes.Code {
	if e, ok := errors.AsType[rpctypes.EtcdError](err); ok {
		return e.Code()
	}
	return status.Code(err)
}

// put writes a value below the fault's prefix, and gives the revision that it has.
func (w writer) put(ctx context.Context, key, value string, options ...clientv3.OpOption) (revision int64, err error) {
	err = w.do(ctx, func(ctx context.Context, c *clientv3.Client) error {
		ctx, cancel := unhurried(ctx)
		defer cancel()
		answer, err := c.Put(ctx, w.prefix+key, value, options...)
		if err == nil {
			revision = answer.Header.Revision
		}
		return err
	})
	return revision, err
}

// unhurried is a context for what has to be answered once it is sent, though no caller wants it any more: a write that
// is let go of may yet be committed, after the heal has deleted all that there was.
func unhurried(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), attemptTime)
}

// putAll writes n values, several at a time: the n-th is value under the key that name gives it.
func (w writer) putAll(ctx context.Context, n, width int, name func(int) string, value string) error {
	return together(ctx, n, width, func(ctx context.Context, i int) error {
		_, err := w.put(ctx, name(i), value)
		return err
	})
}

// together does n things, so many at a time, until the first that fails.
func together(ctx context.Context, n, width int, act func(context.Context, int) error) error {
	group, going := errgroup.WithContext(ctx)
	group.SetLimit(width)
	for i := 0; i < n && going.Err() == nil; i++ {
		group.Go(func() error { return act(going, i) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// remove deletes all that the fault has written, and gives the revision at which it is gone.
func (w writer) remove(ctx context.Context) (revision int64, err error) {
	err = w.do(ctx, func(ctx context.Context, c *clientv3.Client) error {
		answer, err := c.Delete(ctx, w.prefix, clientv3.WithPrefix())
		if err == nil {
			revision = answer.Header.Revision
		}
		return err
	})
	if err != nil {
		err = fmt.Errorf("delete %s: %w", w.prefix, err)
	}
	return revision, err
}

// compact forgets what was before a revision. If it was compacted already, that is as good.
func (w writer) compact(ctx context.Context, revision int64) error {
	err := w.do(ctx, func(ctx context.Context, c *clientv3.Client) error {
		_, err := c.Compact(ctx, revision, clientv3.WithCompactPhysical())
		return err
	})
	if err != nil && !errors.Is(err, rpctypes.ErrCompacted) {
		return fmt.Errorf("compact to revision %d: %w", revision, err)
	}
	return nil
}

// count gives how many of the fault's keys there are, by a linearizable read.
func (w writer) count(ctx context.Context) (n int64, err error) {
	err = w.do(ctx, func(ctx context.Context, c *clientv3.Client) error {
		answer, err := c.Get(ctx, w.prefix, clientv3.WithPrefix(), clientv3.WithCountOnly())
		if err == nil {
			n = answer.Count
		}
		return err
	})
	return n, err
}

// awaitClean waits until nothing is left of what the fault wrote and a write succeeds.
func (w writer) awaitClean(ctx context.Context) (chaos.Sight, error) {
	for {
		n, err := w.count(ctx)
		if err != nil {
			return chaos.Sight{}, err
		}
		if n == 0 {
			break
		}
		// Written by an attempt that was given up, and committed only after the heal.
		if _, err := w.remove(ctx); err != nil {
			return chaos.Sight{}, fmt.Errorf("%d keys are left: %w", n, err)
		}
	}
	if _, err := w.put(ctx, "probe", ""); err != nil {
		return chaos.Sight{}, fmt.Errorf("no write succeeds: %w", err)
	}
	at := clock.Now()
	if _, err := w.remove(ctx); err != nil {
		return chaos.Sight{}, err
	}
	return chaos.Sight{At: at, Saw: "a write succeeds and nothing is left below " + w.prefix}, nil
}

// writing is a fault that writes in the background. What it wrote is deleted to heal.
type writing struct {
	writer writer
	task   *task
}

func (f *writing) Resolved() map[string]string { return nil }

func (f *writing) Heal(ctx context.Context) error {
	f.task.stop()
	_, err := f.writer.remove(ctx)
	return err
}

// Recovered waits until the keys are gone and a write succeeds.
func (f *writing) Recovered(ctx context.Context) (chaos.Sight, error) {
	return f.writer.awaitClean(ctx)
}
