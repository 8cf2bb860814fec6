package faults

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"

	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sync/errgroup"
)

// largeValues writes large values to a few keys, over and over. Each goes through the log of every member and to the
// peers in one message, and everything that is proposed after it waits behind it.
//
//	size  of a value: 1KiB to 1MiB, 512KiB unless told (etcd refuses requests above 1.5 MiB)
//	rate  how many are written a second: 1 to 200, 10 unless told; not more than 8 at a time, so that a cluster that
//	      cannot keep up gets fewer
//
// It is done when one was committed and read back in its full size. To heal, the keys are deleted; their history stays
// until the next compaction, and counts towards a quota. The fault does not compact, because others would feel that.
var largeValues = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "large-values", Aim: plan.AtCluster, Held: true, Takes: []plan.Resource{plan.Load},
		Uses: wholeCluster, Onset: time.Second, Settle: time.Second,
		Params: []plan.Param{
			{
				Name: "size", Kind: plan.Size, Default: "512KiB", Low: "1KiB", High: "1MiB",
				Says: "how large a value is",
			},
			{
				Name: "rate", Kind: plan.Count, Default: "10", Low: "1", High: "200",
				Says: "how many values are written a second",
			},
		},
	},
	Group:    chaos.OfLoad,
	Summary:  "large values are written all the time",
	Needs:    []chaos.Ability{chaos.CanAdminister},
	Inject:   injectLargeValues,
	Harmless: true,
}

type bulk struct {
	writing
	value     string
	rate      int
	once      sync.Once
	committed chan string // the key of the first value that was
}

func injectLargeValues(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	f := &bulk{
		writing: writing{writer: writerOf(t, e.Fault)},
		value:   strings.Repeat("x", int(e.Params.Bytes("size"))), rate: e.Params.Count("rate"),
		committed: make(chan string, 1),
	}
	if _, err := t.Admin(t.Members()[0]); err != nil {
		return nil, err
	}
	f.task = begin(f.write)
	return f, nil
}

// write writes at the fault's rate until it is stopped. A write that cannot begin in its turn is left out.
func (f *bulk) write(ctx context.Context) error {
	var writes errgroup.Group
	writes.SetLimit(8)
	return errors.Join(every(ctx, f.rate, func(n int) error {
		writes.TryGo(func() error {
			key := strconv.Itoa(n % 16)
			_, err := f.writer.put(ctx, key, f.value)
			if err == nil {
				f.once.Do(func() { f.committed <- key })
			}
			return err
		})
		return nil
	}), writes.Wait())
}

// every does something so many times a second until ctx is done, or until the first error.
func every(ctx context.Context, rate int, act func(n int) error) error {
	ticker := time.NewTicker(time.Second / time.Duration(rate))
	defer ticker.Stop()
	for n := 0; ; n++ {
		if err := act(n); err != nil {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (f *bulk) Effective(ctx context.Context) (chaos.Sight, error) {
	var key string
	select {
	case key = <-f.committed:
	case <-ctx.Done():
		f.task.stop()
		return chaos.Sight{}, fmt.Errorf("no value of %d bytes was committed: %w", len(f.value),
			errors.Join(context.Cause(ctx), f.task.err))
	}
	at := clock.Now()
	err := f.writer.do(ctx, func(ctx context.Context, c *clientv3.Client) error {
		answer, err := c.Get(ctx, f.writer.prefix+key)
		if err == nil && (len(answer.Kvs) != 1 || len(answer.Kvs[0].Value) != len(f.value)) {
			return fmt.Errorf("a value of %d bytes was committed, but is not what is read back", len(f.value))
		}
		return err
	})
	return chaos.Sight{At: at, Saw: fmt.Sprintf("a value of %d bytes was committed and read back", len(f.value))}, err
}
