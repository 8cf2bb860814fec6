package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// compactionUnderWatchers writes revisions, compacts them away, and has watchers start from before: a service that
// comes back after a while and asks for what it has missed. Those revisions are gone, and each watcher gets
// ErrCompacted with the revision from which it can start again. So does every other watcher that is as far behind.
//
//	watchers   how many there are, spread over the members: 1 to 1000, 100 unless told
//	revisions  how many are written and compacted: 10 to 20000, 1000 unless told
//
// It took effect when every one of the watchers was told. It is over when each stands again from the revision that it
// was told, and has seen from there how the heal deleted what was written.
var compactionUnderWatchers = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "compaction-under-watchers", Aim: plan.AtCluster, Room: 4 * time.Second,
		Takes: []plan.Resource{plan.Storage}, Uses: wholeCluster,
		Params: []plan.Param{
			{
				Name: "watchers", Kind: plan.Count, Default: "100", Low: "1", High: "1000",
				Says: "how many watchers start before the compaction",
			},
			{
				Name: "revisions", Kind: plan.Count, Default: "1000", Low: "10", High: "20000",
				Says: "how many revisions are written and compacted away",
			},
		},
	},
	Group:   chaos.OfStorage,
	Lasting: "the whole history before it is compacted for good",
	Summary: "revisions are compacted away, and watchers that want them are told so (ErrCompacted)",
	Needs:   []chaos.Ability{chaos.CanAdminister},
	Inject:  injectCompaction,
}

type compaction struct {
	writing
	watchers  int
	revisions int
	members   []string
	told      []int64 // watcher -> the revision from which it can start again
	at        clock.Nanos
}

func injectCompaction(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	f := &compaction{
		writing: writing{writer: writerOf(t, e.Fault)}, members: t.Members(),
		watchers: e.Params.Count("watchers"), revisions: e.Params.Count("revisions"),
	}
	if _, err := t.Admin(f.members[0]); err != nil {
		return nil, err
	}
	f.task = begin(f.run)
	return f, nil
}

func (f *compaction) run(ctx context.Context) error {
	first, err := f.writer.put(ctx, "first", "")
	if err != nil {
		return err
	}
	name := func(i int) string { return strconv.Itoa(i % 100) }
	if err := f.writer.putAll(ctx, f.revisions, 32, name, ""); err != nil {
		return err
	}
	last, err := f.writer.put(ctx, "last", "")
	if err != nil {
		return err
	}
	if err := f.writer.compact(ctx, last); err != nil {
		return err
	}
	told := make([]int64, f.watchers)
	err = f.each(ctx, func(ctx context.Context, c *clientv3.Client, i int) (err error) {
		told[i], err = tellsCompacted(ctx, c, f.writer.prefix, first)
		return err
	})
	if err != nil {
		return err
	}
	f.told, f.at = told, clock.Now()
	return nil
}

// each does something for each watcher; watchers are spread over the members.
func (f *compaction) each(ctx context.Context, act func(context.Context, *clientv3.Client, int) error) error {
	return together(ctx, f.watchers, 100, func(ctx context.Context, i int) error {
		return f.writer.at(f.members[i%len(f.members)]).do(ctx, func(ctx context.Context, c *clientv3.Client) error {
			return act(ctx, c, i)
		})
	})
}

// tellsCompacted starts a watcher at a revision that is compacted, and gives the revision that it is told instead.
func tellsCompacted(ctx context.Context, c *clientv3.Client, prefix string, from int64) (int64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// The member has applied the compaction when it has answered this; before, it would simply send the revisions.
	if _, err := c.Get(ctx, prefix, clientv3.WithCountOnly()); err != nil {
		return 0, err
	}
	for answer := range c.Watch(ctx, prefix, clientv3.WithPrefix(), clientv3.WithRev(from)) {
		if answer.CompactRevision > 0 {
			return answer.CompactRevision, nil
		}
		if err := answer.Err(); err != nil {
			return 0, err
		}
		if len(answer.Events) > 0 {
			return 0, fmt.Errorf("revision %d, which is compacted, was sent all the same",
				answer.Events[0].Kv.ModRevision)
		}
	}
	return 0, errors.Join(errWatchEnded, ctx.Err())
}

// errWatchEnded is for a watch that ended without a reason.
var errWatchEnded = errors.New("the watch ended")

// standsAgain starts a watcher at a revision and returns when it has seen a deletion.
func standsAgain(ctx context.Context, c *clientv3.Client, prefix string, from int64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for answer := range c.Watch(ctx, prefix, clientv3.WithPrefix(), clientv3.WithRev(from)) {
		if answer.CompactRevision > from { // compacted further since: earlier revisions are gone
			return standsAgain(ctx, c, prefix, answer.CompactRevision)
		}
		if err := answer.Err(); err != nil {
			return err
		}
		for _, e := range answer.Events {
			if e.Type == clientv3.EventTypeDelete {
				return nil
			}
		}
	}
	return errors.Join(errWatchEnded, ctx.Err())
}

func (f *compaction) Effective(ctx context.Context) (chaos.Sight, error) {
	if err := f.task.wait(ctx); err != nil {
		return chaos.Sight{}, err
	}
	saw := fmt.Sprintf("%d watchers were told that everything before revision %d is compacted",
		len(f.told), slices.Min(f.told))
	return chaos.Sight{At: f.at, Saw: saw}, nil
}

// Recovered waits until each watcher stands again.
func (f *compaction) Recovered(ctx context.Context) (chaos.Sight, error) {
	err := f.each(ctx, func(ctx context.Context, c *clientv3.Client, i int) error {
		return standsAgain(ctx, c, f.writer.prefix, f.told[i])
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("not every watcher stands again: %w", err)
	}
	return chaos.Sight{At: clock.Now(), Saw: fmt.Sprintf("%d watchers stand again", f.watchers)}, nil
}
