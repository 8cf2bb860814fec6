package faults

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// laggingFollower cuts a follower off from its peers, in both directions, and writes small values through the others
// until the leader has cut its log off beyond what the follower has. The entries that it lacks are then gone. When the
// cut is mended, the leader sends it a whole snapshot instead, which replaces its backend. The cluster must have been
// set up with a short log (snapshot-count); etcd's own keeps 5000 entries and more.
//
// The connections are reset as well. A leader sends up to 512 messages ahead of what was acknowledged (maxInflightMsgs
// in etcdserver/raft.go), with thousands of entries in them; a cut only holds them, and when it is mended the follower
// would have all it needs.
//
// It took effect when the leader's log begins after what the follower had applied before it was cut off, and the
// follower says that it still has no more. It is over when the follower has applied a snapshot and answers a
// linearizable read.
var laggingFollower = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "lagging-follower", Aim: plan.AtMember, Held: true, Members: 3, Wants: []plan.Feature{plan.Snapshots},
		Takes: []plan.Resource{plan.Quorum, plan.PeerLinks, plan.Storage, plan.Load}, Role: plan.Follows,
	},
	Group:   chaos.OfStorage,
	Summary: "a follower is cut off until the leader's log is beyond it, and has to be sent a snapshot",
	Needs:   []chaos.Ability{chaos.CanIsolate, chaos.CanShapePeers, chaos.CanAdminister},
	Inject:  injectLaggingFollower,
}

type lag struct {
	target   chaos.Target
	writer   writer
	follower string
	applied  uint64 // raft's index that the follower had applied
	at       clock.Nanos
	healed   clock.Nanos
	mend     func()
	task     *task
}

func injectLaggingFollower(ctx context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	follower, _, err := resolveFollower(t, e.Target)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	status, err := statusOf(ctx, t, follower)
	if err != nil {
		return nil, err
	}
	f := &lag{target: t, writer: writerOf(t, e.Fault), follower: follower, applied: status.RaftAppliedIndex,
		at: clock.Now()}
	if f.mend, err = t.Partition(isolate(t.Members(), follower)); err != nil {
		return nil, err
	}
	for _, m := range without(t.Members(), follower) {
		if _, err := t.ResetPeers(follower, m); err != nil {
			f.mend()
			return nil, err
		}
	}
	f.task = begin(f.write)
	return f, nil
}

// write writes until it is stopped, which is no error.
func (f *lag) write(ctx context.Context) error {
	for ctx.Err() == nil {
		err := f.writer.putAll(ctx, 1000, 32, func(i int) string { return strconv.Itoa(i % 32) }, "x")
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

func (f *lag) Resolved() map[string]string {
	return map[string]string{"target": f.follower, "applied": strconv.FormatUint(f.applied, 10)}
}

func (f *lag) Effective(ctx context.Context) (chaos.Sight, error) {
	o, err := f.overtaken(ctx, f.applied)
	if err != nil {
		return chaos.Sight{}, err
	}
	// One message that probes for the follower may wait at the cut, with whatever the leader had when it was sent.
	leader, err := statusOf(ctx, f.target, o.Member)
	if err != nil {
		return chaos.Sight{}, err
	}
	if o, err = f.overtaken(ctx, leader.RaftIndex); err != nil {
		return chaos.Sight{}, err
	}
	f.task.stop()
	follower, err := statusOf(ctx, f.target, f.follower)
	if err != nil {
		return chaos.Sight{}, err
	}
	if follower.RaftAppliedIndex >= o.Index {
		return chaos.Sight{}, fmt.Errorf("%s keeps up: it has applied index %d", f.follower, follower.RaftAppliedIndex)
	}
	return chaos.Sight{At: o.At, Saw: fmt.Sprintf("%s, and %s has no more than %d", o.Sight().Saw, f.follower,
		follower.RaftAppliedIndex)}, nil
}

// overtaken waits until the leader's log begins after an index.
func (f *lag) overtaken(ctx context.Context, index uint64) (chaos.Observation, error) {
	o, err := f.target.Await(ctx, f.at, func(o chaos.Observation) bool {
		leader, _ := f.target.Leader()
		return o.Kind == chaos.LogCompacted && o.Member == leader.Member && o.Index > index
	})
	if err != nil {
		f.task.stop()
		return o, errors.Join(fmt.Errorf("the leader kept its log from index %d on: %w", index, err), f.task.err)
	}
	return o, nil
}

func (f *lag) Heal(ctx context.Context) error {
	f.task.stop()
	if f.healed == 0 {
		f.healed = clock.Now()
	}
	f.mend()
	_, err := f.writer.remove(ctx)
	return err
}

// Recovered waits until the follower has taken a snapshot, and has all that was committed since.
func (f *lag) Recovered(ctx context.Context) (chaos.Sight, error) {
	o, err := f.target.Await(ctx, f.healed, func(o chaos.Observation) bool {
		return o.Member == f.follower && o.Kind == chaos.SnapshotApplied
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s took no snapshot: %w", f.follower, err)
	}
	if err := caughtUp(ctx, f.target, f.follower); err != nil {
		return chaos.Sight{}, err
	}
	return chaos.Sight{At: clock.Now(), Saw: o.Sight().Saw + ", and follows"}, nil
}
