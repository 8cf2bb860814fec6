package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/internal/etcdclient"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	pollEvery     = 20 * time.Millisecond // what costs a member next to nothing to answer
	statusTimeout = time.Second           // after which a member counts as one that does not answer
)

// askUntil asks again and again until there is something to see. It is for what no member says by itself: the moment is
// known as exactly as it is asked for.
func askUntil(
	ctx context.Context, every time.Duration, look func(context.Context) (chaos.Sight, error),
) (chaos.Sight, error) {
	for {
		sight, err := look(ctx)
		if err == nil {
			return sight, nil
		}
		if ended := clock.SleepUntil(ctx, clock.Now().Add(every)); ended != nil {
			return chaos.Sight{}, fmt.Errorf("%w: %w", err, ended)
		}
	}
}

// askStatus asks one member how it is.
func askStatus(ctx context.Context, t chaos.Administrator, member string) (*clientv3.StatusResponse, error) {
	client, err := t.Admin(member)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	answer, err := statusFrom(ctx, client)
	if err != nil {
		return nil, fmt.Errorf("%s does not answer: %w", member, err)
	}
	return answer, nil
}

// statusFrom asks over the connection that a client has, and has one that was lost dialled now: gRPC would wait for
// longer each time. The client's own Status makes a connection for each question (client/v3 3.7.3, maintenance.go),
// which fifty times a second, with a handshake each, is more than members that recover should have to do for us.
func statusFrom(ctx context.Context, c *clientv3.Client) (*clientv3.StatusResponse, error) {
	conn := c.ActiveConnection()
	conn.ResetConnectBackoff()
	answer, err := pb.NewMaintenanceClient(conn).Status(ctx, &pb.StatusRequest{})
	return (*clientv3.StatusResponse)(answer), etcdclient.ContextError(ctx, err)
}

// awaitWhole waits until every member that the cluster has answers, votes, follows the leader in its term, and has
// applied all that the leader had committed when it was asked.
func awaitWhole(ctx context.Context, t chaos.Target) (chaos.Sight, error) {
	sight, err := askUntil(ctx, pollEvery, func(ctx context.Context) (chaos.Sight, error) { return whole(ctx, t) })
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("the cluster is not whole: %w", err)
	}
	return sight, nil
}

func whole(ctx context.Context, t chaos.Target) (chaos.Sight, error) {
	leader, ok := t.Leader()
	if !ok {
		return chaos.Sight{}, chaos.ErrNoLeader
	}
	led, err := askStatus(ctx, t, leader.Member)
	if err != nil {
		return chaos.Sight{}, err
	}
	members := t.Members()
	for _, m := range members {
		s, err := askStatus(ctx, t, m)
		switch {
		case err != nil:
			return chaos.Sight{}, err
		case s.Leader != led.Header.MemberId || s.RaftTerm != led.RaftTerm:
			return chaos.Sight{}, fmt.Errorf("%s does not follow %s in term %d", m, leader.Member, led.RaftTerm)
		case s.IsLearner:
			return chaos.Sight{}, fmt.Errorf("%s is a learner", m)
		case s.RaftAppliedIndex < led.RaftIndex:
			return chaos.Sight{}, fmt.Errorf("%s is at index %d, %s at %d", m, s.RaftAppliedIndex, leader.Member,
				led.RaftIndex)
		}
	}
	return chaos.Sight{At: clock.Now(), Saw: fmt.Sprintf("%s follow %s in term %d and have caught up",
		strings.Join(members, ", "), leader.Member, led.RaftTerm)}, nil
}

// awaitWriting waits until the cluster is whole and commits a write. What it writes it takes away again.
func awaitWriting(ctx context.Context, t chaos.Target, fault string) (chaos.Sight, error) {
	if _, err := awaitWhole(ctx, t); err != nil {
		return chaos.Sight{}, err
	}
	sight, err := askUntil(ctx, pollEvery, func(ctx context.Context) (chaos.Sight, error) {
		sight, err := whole(ctx, t)
		if err != nil {
			return chaos.Sight{}, err
		}
		key := faultPrefix(fault) + "probe"
		if err := throughLeader(ctx, t, func(ctx context.Context, c *clientv3.Client) error {
			_, put := c.Put(ctx, key, "")
			_, deleted := c.Delete(ctx, key)
			return errors.Join(put, deleted)
		}); err != nil {
			return chaos.Sight{}, err
		}
		return chaos.Sight{At: clock.Now(), Saw: sight.Saw + ", a write was committed"}, nil
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("the cluster does not write: %w", err)
	}
	return sight, nil
}

// throughLeader sends requests to the present leader, in less time than there is, so that one that was lost with its
// leader is not waited for to the end.
func throughLeader(ctx context.Context, t chaos.Target, send func(context.Context, *clientv3.Client) error) error {
	leader, ok := t.Leader()
	if !ok {
		return chaos.ErrNoLeader
	}
	client, err := t.Admin(leader.Member)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*statusTimeout)
	defer cancel()
	return send(ctx, client)
}
