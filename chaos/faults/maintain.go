package faults

import (
	"context"
	"fmt"

	"aftershock/chaos"
	"aftershock/internal/clock"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// maintain does something to one member that only this member can do, again and again until it succeeds, is refused for
// good, or ctx is done. It may take long: a defragmentation answers when it has finished.
func maintain(ctx context.Context, t chaos.Target, member string, r request) error {
	client, err := t.Admin(member)
	if err != nil {
		return err
	}
	for {
		err := r(ctx, client)
		if err == nil {
			return nil
		}
		err = fmt.Errorf("member %s: %w", member, err)
		if final(err) {
			return err
		}
		if cause := clock.SleepUntil(ctx, clock.Now().Add(retryPause)); cause != nil {
			return fmt.Errorf("%w, at last: %w", cause, err)
		}
	}
}

// statusOf asks a member how it is.
func statusOf(ctx context.Context, t chaos.Target, member string) (answer *clientv3.StatusResponse, err error) {
	err = maintain(ctx, t, member, func(ctx context.Context, c *clientv3.Client) error {
		answer, err = statusFrom(ctx, c)
		return err
	})
	return answer, err
}

// defragmentMember has a member copy its backend without the holes, which blocks all reads and writes there
// meanwhile.
func defragmentMember(ctx context.Context, t chaos.Target, member string) error {
	return maintain(ctx, t, member, func(ctx context.Context, c *clientv3.Client) error {
		_, err := c.Defragment(ctx, c.Endpoints()[0])
		return err
	})
}

// caughtUp returns when a member has answered a linearizable read: it has then applied all that was committed before.
func caughtUp(ctx context.Context, t chaos.Target, member string) error {
	return maintain(ctx, t, member, func(ctx context.Context, c *clientv3.Client) error {
		_, err := c.Get(ctx, chaos.Prefix, clientv3.WithCountOnly())
		return err
	})
}

// mebibytes says a size.
func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
