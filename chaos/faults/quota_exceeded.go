package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/etcdclient"
	"aftershock/internal/units"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// quotaExceeded fills the backend with large values until a member raises the NOSPACE alarm. From then on the whole
// cluster refuses puts, transactions with puts and new leases, and still reads and deletes
// (etcdserver/apply/capped.go). The cluster must have been set up with a quota of its own: etcd's 2 GiB would take a
// while.
//
// It took effect when the alarm is listed and a write is refused with ErrNoSpace. Not more than twice the quota is
// written, and small values after that. To heal, the values are deleted, compacted and, member by member, defragmented,
// and the alarm is disarmed: so every member has to be up and in touch, and a watch from an older revision is told that
// it was compacted.
var quotaExceeded = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "quota-exceeded", Settle: 3 * time.Second, Aim: plan.AtCluster, Held: true,
		Wants: []plan.Feature{plan.Quota},
		// Quorum, because of the heal; Load, because no load can be put onto a cluster that refuses writes.
		Takes: []plan.Resource{plan.Storage, plan.Load, plan.Quorum}, Uses: wholeCluster,
	},
	Group:   chaos.OfStorage,
	Lasting: "the history is compacted and the members' files are rewritten when it is healed",
	Summary: "the backend is filled up to its quota, and every write is refused until the alarm is disarmed (NOSPACE)",
	Needs:   []chaos.Ability{chaos.CanAdminister, chaos.CanFill},
	Inject:  injectQuotaExceeded,
}

type fullness struct {
	target chaos.Target
	writer writer
	quota  int64
	had    map[string]int64 // member -> the size of its backend before
	task   *task
	told   atomic.Bool // some write was refused for want of space
}

func injectQuotaExceeded(ctx context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	f := &fullness{target: t, writer: writerOf(t, e.Fault), had: map[string]int64{}}
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	for _, m := range t.Members() {
		status, err := statusOf(ctx, t, m)
		if err != nil {
			return nil, err
		}
		f.quota, f.had[m] = etcdclient.Quota(status), status.DbSize
	}
	f.task = begin(f.fill)
	return f, nil
}

// fill writes values until one is refused: large ones, but enough of them that the quota is not overshot by much.
func (f *fullness) fill(ctx context.Context) error {
	size := min(max(f.quota/64, 16<<10), 1<<20)
	value := strings.Repeat("x", int(size))
	err := together(ctx, int(2*f.quota/size)+1, 8, func(ctx context.Context, i int) error {
		if f.told.Load() {
			return nil
		}
		return f.write(ctx, strconv.Itoa(i), value)
	})
	if err != nil {
		return err
	}
	return f.insist(ctx)
}

// notice is how long a member may take to notice that it is full.
const notice = 2 * time.Second

// insist writes small values until one is refused, or it is no use. The quota is compared with the size that the
// backend had at its last commit, up to 100 ms ago (server/v3 3.7.3, storage/quota.go and
// backend.defaultBatchInterval): a fast disk takes twice the quota within that time.
func (f *fullness) insist(ctx context.Context) error {
	for end := clock.Now().Add(notice); !f.told.Load() && clock.Now() < end; {
		if err := f.write(ctx, "more", "x"); err != nil {
			return err
		}
		if err := clock.SleepUntil(ctx, clock.Now().Add(retryPause)); err != nil {
			return err
		}
	}
	return nil
}

// write writes a value, and notes when it is refused for want of space. It may be in the store all the same.
func (f *fullness) write(ctx context.Context, key, value string) error {
	_, err := f.writer.put(ctx, key, value)
	if errors.Is(err, rpctypes.ErrNoSpace) {
		f.told.Store(true)
		return nil
	}
	return err
}

func (f *fullness) Resolved() map[string]string {
	return map[string]string{"quota": strconv.FormatInt(f.quota, 10)}
}

func (f *fullness) Effective(ctx context.Context) (chaos.Sight, error) {
	if err := f.task.wait(ctx); err != nil {
		return chaos.Sight{}, err
	}
	if !f.told.Load() {
		return chaos.Sight{}, fmt.Errorf("twice the quota of %s was written, and every write succeeded",
			mebibytes(f.quota))
	}
	// A write that is refused when it is applied comes before its alarm.
	alarms, err := f.awaitAlarms(ctx, func(n int) error {
		if n == 0 {
			return errors.New("a write was refused for want of space, but no member has raised the alarm")
		}
		return nil
	})
	if err != nil {
		return chaos.Sight{}, err
	}
	switch _, err := f.writer.put(ctx, "refused", ""); {
	case err == nil:
		return chaos.Sight{}, errors.New("the alarm is raised, but a write succeeded")
	case !errors.Is(err, rpctypes.ErrNoSpace):
		return chaos.Sight{}, fmt.Errorf("the alarm is raised, but a write was not refused for that: %w", err)
	}
	saw := fmt.Sprintf("NOSPACE is raised by %s at a quota of %s, and a write is refused",
		units.Count(alarms, "member"), mebibytes(f.quota))
	return chaos.Sight{At: clock.Now(), Saw: saw}, nil
}

// awaitAlarms waits until as many members raise the alarm as should, and gives how many.
func (f *fullness) awaitAlarms(ctx context.Context, lacks func(n int) error) (alarms int, err error) {
	_, err = askUntil(ctx, pollEvery, func(ctx context.Context) (chaos.Sight, error) {
		var err error
		if alarms, err = raised(ctx, f.target); err != nil {
			return chaos.Sight{}, err
		}
		return chaos.Sight{}, lacks(alarms)
	})
	return alarms, err
}

// raised counts the members that raise the alarm for want of space, by what any of them knows. It asks for their
// status: AlarmList adds an entry to raft's log and a sync of every WAL (server/v3 3.7.3, etcdserver/v3_server.go,
// Alarm), beside what is being measured.
func raised(ctx context.Context, t chaos.Target) (most int, err error) {
	for _, m := range t.Members() {
		status, err := statusOf(ctx, t, m)
		if err != nil {
			return 0, err
		}
		most = max(most, noSpace(status))
	}
	return most, nil
}

// noSpace counts the alarms for want of space that a member's status tells of. It has them in words only.
func noSpace(status *clientv3.StatusResponse) (n int) {
	for _, problem := range status.Errors {
		if strings.Contains(problem, pb.AlarmType_NOSPACE.String()) {
			n++
		}
	}
	return n
}

func (f *fullness) Heal(ctx context.Context) error {
	f.task.stop()
	revision, err := f.writer.remove(ctx)
	if err != nil {
		return err
	}
	if err := f.writer.compact(ctx, revision); err != nil {
		return err
	}
	for _, m := range f.target.Members() {
		if err := f.giveBack(ctx, m); err != nil {
			return err
		}
	}
	return f.disarm(ctx)
}

// giveBack defragments a member until it is well below the quota again. Each compacts in its own time, and one that is
// defragmented before it has finished keeps what it has not forgotten yet.
func (f *fullness) giveBack(ctx context.Context, member string) error {
	for {
		if err := defragmentMember(ctx, f.target, member); err != nil {
			return err
		}
		now, err := statusOf(ctx, f.target, member)
		if err != nil {
			return err
		}
		if now.DbSize <= (f.had[member]+f.quota)/2 {
			return nil
		}
		if err := clock.SleepUntil(ctx, clock.Now().Add(retryPause)); err != nil {
			return fmt.Errorf("%s still has %d bytes after defragmentation: %w", member, now.DbSize, err)
		}
	}
}

// disarm takes the alarms back until none is listed: a write that was being refused when they were listed raises one
// more. What was applied last decides, and so this list is an entry of raft's log, as is all that a heal does.
func (f *fullness) disarm(ctx context.Context) error {
	for {
		var listed *clientv3.AlarmResponse
		err := f.writer.do(ctx, func(ctx context.Context, c *clientv3.Client) (err error) {
			listed, err = c.AlarmList(ctx)
			return err
		})
		if err != nil {
			return err
		}
		all := slices.DeleteFunc(listed.Alarms, func(a *pb.AlarmMember) bool { return a.Alarm != pb.AlarmType_NOSPACE })
		if len(all) == 0 {
			return nil
		}
		for _, a := range all {
			if err := f.disarmOne(ctx, (*clientv3.AlarmMember)(a)); err != nil {
				return err
			}
		}
	}
}

func (f *fullness) disarmOne(ctx context.Context, a *clientv3.AlarmMember) error {
	err := f.writer.do(ctx, func(ctx context.Context, c *clientv3.Client) error {
		_, err := c.AlarmDisarm(ctx, a)
		return err
	})
	if err != nil {
		return fmt.Errorf("disarm the alarm of member %x: %w", a.MemberID, err)
	}
	return nil
}

// Recovered waits until no member tells of an alarm and a write succeeds.
func (f *fullness) Recovered(ctx context.Context) (chaos.Sight, error) {
	_, err := f.awaitAlarms(ctx, func(n int) error {
		if n > 0 {
			return fmt.Errorf("%s still raised", units.Count(n, "alarm"))
		}
		return nil
	})
	if err != nil {
		return chaos.Sight{}, err
	}
	return f.writer.awaitClean(ctx)
}
