package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"aftershock/chaos"
	"aftershock/internal/clock"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// awaitMembers waits until the cluster's own list of its members, read linearizably through the leader, is as it should
// be.
func awaitMembers(
	ctx context.Context, t chaos.Target, says string, should func([]*etcdserverpb.Member) bool,
) (chaos.Sight, error) {
	return askUntil(ctx, pollEvery, func(ctx context.Context) (chaos.Sight, error) {
		var list *clientv3.MemberListResponse
		err := throughLeader(ctx, t, func(ctx context.Context, c *clientv3.Client) (err error) {
			list, err = c.MemberList(ctx)
			return err
		})
		if err != nil {
			return chaos.Sight{}, err
		}
		if !should(list.Members) {
			return chaos.Sight{}, fmt.Errorf("the members are %s", words(list.Members))
		}
		return chaos.Sight{At: clock.Now(), Saw: says}, nil
	})
}

func words(members []*etcdserverpb.Member) string {
	var all []string
	for _, m := range members {
		if m.IsLearner {
			all = append(all, m.Name+" (learner)")
		} else {
			all = append(all, m.Name)
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// lists tells whether a list has a voter of that name.
func lists(members []*etcdserverpb.Member, voter string) bool {
	return slices.ContainsFunc(members, func(m *etcdserverpb.Member) bool { return m.Name == voter && !m.IsLearner })
}

// absence is a member that is out of the cluster for a while, and is another one when it comes back: it has its name
// and its addresses, and neither its id nor its data.
type absence struct {
	target chaos.Target
	member string
	size   int // of the cluster, the member included
	back   bool
	// comeBack brings it back; it may be called again after an error.
	comeBack func(context.Context) error
}

func (f *absence) Resolved() map[string]string { return map[string]string{"target": f.member} }

// Effective waits until the others have one member fewer.
func (f *absence) Effective(ctx context.Context) (chaos.Sight, error) {
	return awaitMembers(ctx, f.target, f.member+" is not a member any more", func(list []*etcdserverpb.Member) bool {
		return len(list) == f.size-1 && !lists(list, f.member)
	})
}

func (f *absence) Heal(ctx context.Context) error {
	if f.back {
		return nil
	}
	if err := f.comeBack(ctx); err != nil {
		return err
	}
	f.back = true
	return nil
}

// Recovered waits until it votes, follows and has caught up, like all others.
func (f *absence) Recovered(ctx context.Context) (chaos.Sight, error) {
	return awaitWhole(ctx, f.target)
}
