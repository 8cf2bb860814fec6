package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// snapshotRestore is a recovery from disaster under load: a snapshot is saved through the leader, a key is written
// after it, and then all members are killed and started from the snapshot. Clients see time go backwards: what was
// acknowledged since the snapshot is gone, revisions are given a second time, and a watch that goes on from the
// revision it has reached misses what happens until that is reached again. Raft's terms begin anew as well.
//
// It takes effect when a linearizable read does not find the key, which was acknowledged: under load, the revision
// itself may have passed the key's once more by then. It is over when all follow one leader and the cluster writes
// (etcdutl/snapshot, Restore; its way to bump revisions is not used).
var snapshotRestore = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "snapshot-restore", Settle: 4 * time.Second, Aim: plan.AtCluster, Room: 6 * time.Second,
		Takes: append([]plan.Resource{plan.Load}, goneMember...), // Load, because what it wrote is gone as well
	},
	Group:   chaos.OfMembership,
	Lasting: "the cluster has a new id, and lacks what was written after the snapshot",
	Summary: "all members are killed and started from a snapshot that was taken just before",
	Needs:   []chaos.Ability{chaos.CanAdminister, chaos.CanRestore},
	Inject:  injectRestore,
}

// restoreTimeout bounds the injection, which takes two seconds on a machine that is not too busy.
const restoreTimeout = 15 * time.Second

type restoration struct {
	target  chaos.Target
	written int64 // the revision of the key that will be lost
	took    string
	lost    bool
}

func injectRestore(ctx context.Context, t chaos.Target, _ plan.Event) (chaos.Ongoing, error) {
	leader, ok := t.Leader()
	if !ok {
		return nil, chaos.ErrNoLeader
	}
	client, err := t.Admin(leader.Member)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, restoreTimeout)
	defer cancel()
	file, err := saveSnapshot(ctx, client)
	if err != nil {
		return nil, fmt.Errorf("snapshot of %s: %w", leader.Member, err)
	}
	defer file.Close()
	put, err := client.Put(ctx, markerKey, "")
	if err != nil {
		return nil, fmt.Errorf("write through %s: %w", leader.Member, err)
	}
	f := &restoration{target: t, written: put.Header.Revision, took: leader.Member}
	if err := t.Restore(ctx, fmt.Sprintf("/proc/self/fd/%d", file.Fd())); err != nil {
		return nil, fmt.Errorf("%w: %w", chaos.ErrUnhealed, err)
	}
	return f, nil
}

// markerKey is written after the snapshot, to be lost.
var markerKey = faultPrefix("snapshot-restore") + "marker"

// saveSnapshot saves a member's snapshot to a file that has no name any more: it is gone with the process, however that
// ends.
func saveSnapshot(ctx context.Context, client *clientv3.Client) (*os.File, error) {
	file, err := os.CreateTemp("", "aftershock-snapshot-")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.Remove(file.Name()), fill(ctx, file, client)); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func fill(ctx context.Context, file *os.File, client *clientv3.Client) error {
	reader, err := client.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer reader.Close()
	_, err = io.Copy(file, reader)
	return err
}

func (f *restoration) Resolved() map[string]string {
	return map[string]string{"snapshot-of": f.took, "lost": strconv.FormatInt(f.written, 10)}
}

func (f *restoration) Effective(ctx context.Context) (chaos.Sight, error) {
	return askUntil(ctx, pollEvery, func(ctx context.Context) (chaos.Sight, error) {
		var got *clientv3.GetResponse
		err := throughLeader(ctx, f.target, func(ctx context.Context, c *clientv3.Client) (err error) {
			got, err = c.Get(ctx, markerKey)
			return err
		})
		if err != nil {
			return chaos.Sight{}, err
		}
		if len(got.Kvs) > 0 {
			return chaos.Sight{}, fmt.Errorf("%s, written at revision %d, is there still", markerKey, f.written)
		}
		f.lost = true
		saw := fmt.Sprintf("what was written at revision %d is gone, the revision is %d",
			f.written, got.Header.Revision)
		return chaos.Sight{At: clock.Now(), Saw: saw}, nil
	})
}

// Heal has nothing to undo but a key that was not lost.
func (f *restoration) Heal(ctx context.Context) error {
	if f.lost {
		return nil
	}
	return throughLeader(ctx, f.target, func(ctx context.Context, c *clientv3.Client) error {
		_, err := c.Delete(ctx, markerKey)
		return err
	})
}

func (f *restoration) Recovered(ctx context.Context) (chaos.Sight, error) {
	return awaitWriting(ctx, f.target, "snapshot-restore")
}
