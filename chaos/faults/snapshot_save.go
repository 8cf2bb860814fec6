package faults

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/etcdclient"
	"aftershock/internal/units"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// snapshotSave streams a member's whole backend, as a backup does (etcdctl snapshot save): the member reads all of it
// beside its other work, and can reuse no page that the snapshot still needs.
//
//	times  how many snapshots are taken, one after another: 1 to 100, 3 unless told
//
// It is done when each stream was read to its end and its last 32 bytes were the SHA-256 of all before them, which is
// how etcd ends a snapshot (etcdserver/api/v3rpc/maintenance.go). Nothing is kept of it.
//
// While a snapshot is read the member's file grows by all that is written, unless it had free pages when the reading
// began: bbolt reuses only pages of its free list (bbolt 1.5.0, freelist). So a backup under load can run into the
// quota, after which every write is refused. How much the file has grown is said, and a cluster that ran out of space
// has not recovered.
var snapshotSave = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "snapshot-save", Aim: plan.AtMember, Room: 3 * time.Second, Takes: []plan.Resource{plan.Storage},
		Params: []plan.Param{{
			Name: "times", Kind: plan.Count, Default: "3", Low: "1", High: "100",
			Says: "how many snapshots are taken, one after another",
		}},
	},
	Group:    chaos.OfStorage,
	Summary:  "a member's whole backend is streamed from it, as for a backup",
	Needs:    []chaos.Ability{chaos.CanAdminister},
	Inject:   injectSnapshotSave,
	Harmless: true,
}

type saving struct {
	target chaos.Target
	member string
	times  int
	task   *task
	size   int64 // of the last one, without its digest
	at     clock.Nanos

	before, after int64 // the size of the member's file
}

func injectSnapshotSave(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	member, err := chaos.Resolve(t, e.Target)
	if err != nil {
		return nil, err
	}
	if _, err := t.Admin(member); err != nil {
		return nil, err
	}
	f := &saving{target: t, member: member, times: e.Params.Count("times")}
	f.task = begin(f.run)
	return f, nil
}

func (f *saving) run(ctx context.Context) error {
	before, err := statusOf(ctx, f.target, f.member)
	if err != nil {
		return err
	}
	for range f.times {
		if err := maintain(ctx, f.target, f.member, f.save); err != nil {
			return err
		}
	}
	f.at = clock.Now()
	after, err := statusOf(ctx, f.target, f.member)
	if err != nil {
		return err
	}
	f.before, f.after = before.DbSize, after.DbSize
	return nil
}

func (f *saving) save(ctx context.Context, c *clientv3.Client) error {
	ctx, cancel := context.WithCancel(ctx) // ends a stream that is not read to its end
	defer cancel()
	stream, err := c.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer stream.Close()
	f.size, err = readSnapshot(stream)
	return err
}

// readSnapshot reads a snapshot to its end, checks the digest that it ends with, and gives its size without that.
func readSnapshot(stream io.Reader) (size int64, err error) {
	digest := sha256.New()
	block := make([]byte, 1<<16)
	var held []byte // the last bytes so far, which may be the digest
	for {
		n, err := stream.Read(block)
		held = append(held, block[:n]...)
		if body := len(held) - sha256.Size; body > 0 {
			digest.Write(held[:body])
			size += int64(body)
			held = append(held[:0], held[body:]...)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return size, fmt.Errorf("the snapshot broke off after %d bytes: %w", size, err)
		}
	}
	if size == 0 || !bytes.Equal(digest.Sum(nil), held) {
		return size, fmt.Errorf("the snapshot of %d bytes does not end with its SHA-256", size)
	}
	return size, nil
}

func (f *saving) Resolved() map[string]string { return map[string]string{"target": f.member} }

func (f *saving) Effective(ctx context.Context) (chaos.Sight, error) {
	if err := f.task.wait(ctx); err != nil {
		return chaos.Sight{}, err
	}
	saw := fmt.Sprintf("%d whole snapshots of %s were read from %s, whose file grew from %s to %s meanwhile",
		f.times, mebibytes(f.size), f.member, mebibytes(f.before), mebibytes(f.after))
	return chaos.Sight{At: f.at, Saw: saw}, nil
}

func (f *saving) Heal(context.Context) error {
	f.task.stop()
	return nil
}

// Recovered waits until the member answers, and is an error when it tells of a cluster without space. It need not be in
// touch with the others: to read a snapshot takes no other member.
func (f *saving) Recovered(ctx context.Context) (chaos.Sight, error) {
	status, err := statusOf(ctx, f.target, f.member)
	if err != nil {
		return chaos.Sight{}, err
	}
	if n := noSpace(status); n > 0 {
		return chaos.Sight{}, fmt.Errorf("NOSPACE is raised by %s: the file of %s has %s, and its quota is %s",
			units.Count(n, "member"), f.member, mebibytes(status.DbSize), mebibytes(etcdclient.Quota(status)))
	}
	return chaos.Sight{At: clock.Now(), Saw: f.member + " answers"}, nil
}
