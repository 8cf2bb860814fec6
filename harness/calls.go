package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// Func is a workload of one stream, made of one function: it makes a service ready, and returns what its users do.
type Func func(ctx context.Context, env Env) (Calls, error)

// Calls are what the users of a service do.
type Calls struct {
	// Do makes call n, and returns nil when it succeeded. Many goroutines call it. Its context ends when the call's
	// time-out has passed.
	Do func(ctx context.Context, n int) error
	// Audit counts the writes that were acknowledged, and those of them that are gone. It is called once, when no call
	// runs any more and all faults were healed; it has a second. Nil where there is nothing to lose.
	Audit func(ctx context.Context) (acknowledged, lost int, err error)
	// Close ends everything that the service started; may be nil.
	Close func() error
}

// The stream and the counters of a Func.
const (
	CallStream         = "call"
	WritesAcknowledged = "writes_acknowledged"
	WritesLost         = "writes_lost"
)

// Describe says that there is one stream, and that acknowledged and lost writes are counted.
func (f Func) Describe() Description {
	return Description{
		Streams: []Served{{Name: CallStream, Role: ops.Primary}},
		Counters: []ops.Counter{
			{Name: WritesAcknowledged, Unit: "writes"}, {Name: WritesLost, Unit: "writes", Better: ops.Lower},
		},
	}
}

// Start calls the function.
func (f Func) Start(ctx context.Context, env Env) (Service, error) {
	calls, err := f(ctx, env)
	if err == nil && calls.Do == nil {
		err = errors.New("the workload's Calls have no Do")
	}
	if err != nil {
		return nil, err
	}
	return &called{Calls: calls, acknowledged: env.Counter(WritesAcknowledged), lost: env.Counter(WritesLost)}, nil
}

// called is a Func that runs.
type called struct {
	Calls
	closed             atomic.Int64 // calls made in a closed loop, which are numbered from -1 downwards
	acknowledged, lost *atomic.Uint64
}

func (c *called) Operation(stream string) func(*load.Op) {
	if stream != CallStream {
		return nil
	}
	return func(op *load.Op) {
		ctx, cancel := context.WithTimeout(context.Background(), op.Deadline.Sub(clock.Now()))
		defer cancel()
		switch err := c.Do(ctx, op.N); {
		case err != nil && ctx.Err() != nil:
			op.Reason = ops.Timeout
		case err != nil:
			op.Reason = ops.Error
		}
	}
}

func (c *called) Batch() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return c.Do(ctx, -int(c.closed.Add(1))) == nil
}

func (c *called) TableOperations() uint64 { return 0 }

func (c *called) Stop(ctx context.Context) (err error) {
	if c.Audit != nil {
		acknowledged, lost, failed := c.Audit(ctx)
		if failed != nil {
			err = fmt.Errorf("audit: %w", failed)
		}
		c.acknowledged.Store(uint64(max(0, acknowledged)))
		c.lost.Store(uint64(max(0, lost)))
	}
	if c.Close != nil {
		err = errors.Join(err, c.Close())
	}
	return err
}

// Etcd gives a client of the cluster whose endpoints are the trial's links, in the order of the plan's clients: faults
// hit it. It has had an answer when it is returned. The caller closes it.
func (e Env) Etcd(ctx context.Context) (*clientv3.Client, error) {
	var links []string
	for _, name := range e.Clients {
		links = append(links, e.Links[name])
	}
	return e.dial(ctx, links)
}

// Truth gives a client of the cluster past all links: no fault on a link hits it. It is for checks of what is true
// while the service cannot know. The caller closes it.
func (e Env) Truth(ctx context.Context) (*clientv3.Client, error) { return e.dial(ctx, e.Members) }

// dial connects, and asks once: etcd's client connects with its first request, which would count as the service's.
func (e Env) dial(ctx context.Context, endpoints []string) (*clientv3.Client, error) {
	client, err := clientv3.New(clientv3.Config{
		Endpoints: endpoints, TLS: e.TLS, Username: e.User, Password: string(e.Password),
		DialOptions: slices.Clone(e.Dial), Logger: zap.NewNop(), Context: context.WithoutCancel(ctx),
	})
	if err != nil {
		return nil, err
	}
	asking, cancel := context.WithTimeout(ctx, firstAnswer)
	defer cancel()
	if _, err := client.Get(asking, Prefix); err != nil {
		return nil, errors.Join(fmt.Errorf("first request to %v: %w", endpoints, err), client.Close())
	}
	return client, nil
}

// firstAnswer is how long a client may take to get its first answer.
const firstAnswer = 10 * time.Second

// Plain is a service without a change to judge: the faults of its trials are held against their calm, by P99. A worker
// finds the service by its name.
func Plain(name string, service Workload) Fix {
	return Fix{
		Fix: results.Fix{
			Name: name, Summary: "what the faults do to " + name + ", against the calm of the same trials",
			Primary: results.Metric{Name: "p99", Phase: results.InFault}, Against: results.Steady, Operations: "calls",
		},
		Workload: func(results.Arm) Workload { return service },
	}
}

// Change is a change of a service, to be judged by how many of its calls succeed while the faults are at work.
func Change(name string, before, after Workload) Fix {
	return Fix{
		Fix: results.Fix{
			Name: name, Summary: name + ": before and after the change", Operations: "calls",
			Primary: results.Metric{Name: "goodput", Phase: results.InFault},
			Guards:  []results.Metric{{Name: "goodput", Phase: results.Steady}},
		},
		Workload: func(side results.Arm) Workload {
			if side == results.Before {
				return before
			}
			return after
		},
	}
}
