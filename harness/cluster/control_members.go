package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// Changes of the membership are idempotent: they know a member by its peer URL, because it has no name before it has
// served, and leave a member alone that is already as it should be.

// find looks a member up by its peer URL, linearizably; nil if it does not exist.
func (c *control) find(ctx context.Context, via, peerURL string) (*clientv3.Client, *etcdserverpb.Member, error) {
	client, err := c.client(via)
	if err != nil {
		return nil, nil, err
	}
	list, err := client.MemberList(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("list members through %s: %w", via, err)
	}
	for _, m := range list.Members {
		if slices.Contains(m.PeerURLs, peerURL) {
			return client, m, nil
		}
	}
	return client, nil, nil
}

// add adds a member and gives its raft id.
func (c *control) add(ctx context.Context, via, peerURL string, learner bool) (uint64, error) {
	client, m, err := c.find(ctx, via, peerURL)
	if err != nil {
		return 0, err
	}
	if m != nil {
		return m.ID, nil
	}
	change := client.MemberAdd
	if learner {
		change = client.MemberAddAsLearner
	}
	added, err := change(ctx, []string{peerURL})
	if err != nil {
		return 0, fmt.Errorf("through %s: %w", via, err)
	}
	return added.Member.ID, nil
}

// errNoMember is for a member that the cluster does not have.
var errNoMember = errors.New("no such member")

func (c *control) promote(ctx context.Context, via, peerURL string) error {
	client, m, err := c.find(ctx, via, peerURL)
	switch {
	case err != nil:
		return err
	case m == nil:
		return errNoMember
	case !m.IsLearner:
		return nil
	}
	if _, err := client.MemberPromote(ctx, m.ID); err != nil {
		return fmt.Errorf("through %s: %w", via, err)
	}
	return nil
}

func (c *control) remove(ctx context.Context, via, peerURL string) error {
	client, m, err := c.find(ctx, via, peerURL)
	if err != nil || m == nil {
		return err
	}
	if _, err := client.MemberRemove(ctx, m.ID); err != nil && !errors.Is(err, rpctypes.ErrMemberNotFound) {
		return fmt.Errorf("through %s: %w", via, err)
	}
	return nil
}

// refusedForGood tells whether asking again could not help.
func refusedForGood(err error) bool {
	for _, final := range []error{
		errNoMember, errLeftOver, rpctypes.ErrTooManyLearners, rpctypes.ErrMemberBadURLs, rpctypes.ErrMemberNotFound,
		rpctypes.ErrPermissionDenied, rpctypes.ErrUserEmpty,
	} {
		if errors.Is(err, final) {
			return true
		}
	}
	return false
}
