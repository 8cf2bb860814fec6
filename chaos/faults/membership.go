package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"aftershock/chaos"
	"aftershock/chaos/plan"
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
	crashed bool // before it is removed
	learns  bool // it comes back as a learner, and is promoted
	target  chaos.Target
	member  string
	size    int // of the cluster, the member included
	added   bool
	back    bool
}

// injectAbsence removes the target from the cluster.
func injectAbsence(ctx context.Context, t chaos.Target, e plan.Event, f absence) (chaos.Ongoing, error) {
	member, err := chaos.Resolve(t, e.Target)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, chaos.Patience)
	defer cancel()
	f.target, f.member, f.size = t, member, len(t.Members())
	if f.crashed {
		if _, err := t.Crash(ctx, member); err != nil {
			return nil, err
		}
	}
	if err := t.Remove(ctx, member); err != nil {
		return nil, undo(err, f.stay)
	}
	return &f, nil
}

// stay undoes a removal that failed: a member that was removed all the same comes back, and one that was killed is
// started.
func (f *absence) stay(ctx context.Context) error {
	switch {
	case !slices.Contains(f.target.Members(), f.member):
		return f.Heal(ctx)
	case f.crashed:
		return f.target.Restart(ctx, f.member)
	}
	return nil
}

func (f *absence) Resolved() map[string]string { return map[string]string{"target": f.member} }

// Effective waits until the others have one member fewer.
func (f *absence) Effective(ctx context.Context) (chaos.Sight, error) {
	return awaitMembers(ctx, f.target, f.member+" is not a member any more", func(list []*etcdserverpb.Member) bool {
		return len(list) == f.size-1 && !lists(list, f.member)
	})
}

// Heal brings the member back. It may be called again after an error.
func (f *absence) Heal(ctx context.Context) error {
	if f.back {
		return nil
	}
	if !f.added {
		if err := f.target.Add(ctx, f.member, f.learns); err != nil {
			return err
		}
		f.added = true
	}
	if f.learns {
		if err := f.target.Promote(ctx, f.member); err != nil {
			return err
		}
	}
	f.back = true
	return nil
}

// Recovered waits until it votes, follows and has caught up, like all others.
func (f *absence) Recovered(ctx context.Context) (chaos.Sight, error) {
	return awaitWhole(ctx, f.target)
}
