package faults

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/units"
)

// defragment has one member copy its backend to a file without holes (the maintenance API; Jepsen's etcd admin nemesis
// does the same). While it does, the member neither reads, writes nor applies anything, for as long as its live data
// takes to copy; the others go on. So that there is something to give back, values are written, deleted and compacted
// first: a watch from an older revision is told afterwards that it has been compacted.
//
//	size  how much is written and deleted before: 1MiB to 128MiB, 16MiB unless told
//
// It is done when the member's backend file has shrunk (DbSize, asked just before and after). How long others wait
// depends on what is live in it, and may be next to nothing. The member has to be up and in touch with the others, or
// it would have no holes to lose. So plans keep it apart from faults of the quorum.
var defragment = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "defragment", Aim: plan.AtMember, Room: 4 * time.Second, Takes: []plan.Resource{plan.Storage},
		Uses: wholeCluster,
		Params: []plan.Param{{
			Name: "size", Kind: plan.Size, Default: "16MiB", Low: "1MiB", High: "128MiB",
			Says: "how much is written and deleted before, to be given back",
		}},
	},
	Group:    chaos.OfStorage,
	Lasting:  "the files of its members are rewritten",
	Summary:  "a member defragments its backend, and neither reads nor writes meanwhile",
	Needs:    []chaos.Ability{chaos.CanAdminister},
	Inject:   injectDefragment,
	Harmless: true,
}

// hole is the size of the values that are written to be deleted; etcd refuses requests above 1.5 MiB.
const hole = 512 << 10

type defragmentation struct {
	writing
	target        chaos.Target
	member        string
	size          int64
	before, after int64 // the size of the member's backend file
	took          time.Duration
	at            clock.Nanos
}

func injectDefragment(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	member, err := chaos.Resolve(t, e.Target)
	if err != nil {
		return nil, err
	}
	if _, err := t.Admin(member); err != nil {
		return nil, err
	}
	f := &defragmentation{writing: writing{writer: writerOf(t, e.Fault)}, target: t, member: member,
		size: e.Params.Bytes("size")}
	f.task = begin(f.run)
	return f, nil
}

func (f *defragmentation) run(ctx context.Context) error {
	values := int((f.size + hole - 1) / hole)
	if err := f.writer.putAll(ctx, values, 4, strconv.Itoa, strings.Repeat("x", hole)); err != nil {
		return err
	}
	revision, err := f.writer.remove(ctx)
	if err != nil {
		return err
	}
	// By way of the member itself, so that it has finished when it answers.
	if err := f.writer.at(f.member).compact(ctx, revision); err != nil {
		return err
	}
	return f.defragment(ctx)
}

func (f *defragmentation) defragment(ctx context.Context) error {
	before, err := statusOf(ctx, f.target, f.member)
	if err != nil {
		return err
	}
	began := clock.Now()
	if err := defragmentMember(ctx, f.target, f.member); err != nil {
		return err
	}
	f.at = clock.Now()
	after, err := statusOf(ctx, f.target, f.member)
	if err != nil {
		return err
	}
	f.before, f.after, f.took = before.DbSize, after.DbSize, f.at.Sub(began)
	return nil
}

func (f *defragmentation) Resolved() map[string]string { return map[string]string{"target": f.member} }

func (f *defragmentation) Effective(ctx context.Context) (chaos.Sight, error) {
	if err := f.task.wait(ctx); err != nil {
		return chaos.Sight{}, err
	}
	if f.after >= f.before {
		return chaos.Sight{}, fmt.Errorf("the backend of %s did not shrink: it had %d bytes and has %d", f.member,
			f.before, f.after)
	}
	return chaos.Sight{At: f.at, Saw: fmt.Sprintf("the backend of %s shrank from %s to %s in %s",
		f.member, mebibytes(f.before), mebibytes(f.after), units.Latency(f.took))}, nil
}

// Recovered waits until nothing of what was written is left, and the member itself answers with all that was committed.
func (f *defragmentation) Recovered(ctx context.Context) (chaos.Sight, error) {
	sight, err := f.writing.Recovered(ctx)
	return sight, errors.Join(err, caughtUp(ctx, f.target, f.member))
}
