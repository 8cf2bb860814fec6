package kv

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// The counters: what was found wrong. Each stays 0 on an etcd that keeps its word.
const (
	writesLost    = "writes_lost"    // keys of which an acknowledged write is not there at the end
	revisionsBack = "revisions_back" // linearizable answers that are older than one that was known before
	readsStale    = "reads_stale"    // linearizable reads that miss what was acknowledged before they began
)

const (
	fillPatience  = 20 * time.Second // to write all keys before a trial
	auditPatience = 5 * time.Second  // to read them all after it
)

type workload struct {
	config Config
	side   results.Arm
}

func (w workload) Describe() harness.Description {
	var server Server
	if w.config.Arms != nil {
		server = w.config.Arms.of(w.side)
	}
	return harness.Description{
		Server:  server,
		Streams: w.config.served(), Patience: fillPatience, Farewell: auditPatience, Callers: w.config.Clients,
		Counters: []ops.Counter{
			{Name: writesLost, Unit: "keys", Better: ops.Lower},
			{Name: revisionsBack, Unit: "answers", Better: ops.Lower},
			{Name: readsStale, Unit: "reads", Better: ops.Lower},
		},
	}
}

// service is a load that runs.
type service struct {
	config  Config
	env     harness.Env
	ctx     context.Context // ends with Stop
	stop    context.CancelFunc
	clients []*clientv3.Client
	keys    *keyspace
	values  values
	ledger  *ledger
	loads   map[string]*stream
	names   []string // of all keys that the ledger knows: those of the load, then one for each stream
	watched sync.WaitGroup
	closed  atomic.Uint64 // operations of the closed loop so far
}

// stream is one stream's operations.
type stream struct {
	Stream
	index int
	do    func(ctx context.Context, o operation) (ops.Reason, int64)
}

// operation is one operation: its tag, and the connection on which it goes.
type operation struct {
	tag    uint64
	client *clientv3.Client
}

func (w workload) Start(ctx context.Context, env harness.Env) (_ harness.Service, err error) {
	s := &service{
		config: w.config, env: env, keys: newKeyspace(w.config, env.Seed), values: newValues(w.config.ValueSize),
		loads: map[string]*stream{},
	}
	s.ctx, s.stop = context.WithCancel(ctx)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.end())
		}
	}()
	s.names = append(s.names, s.keys.names...)
	for _, stream := range w.config.Streams {
		s.names = append(s.names, Prefix+"of/"+stream.Name)
	}
	count := func(name string) func() { return func() { env.Counter(name).Add(1) } }
	s.ledger = newLedger(len(s.names), count(revisionsBack), count(readsStale))
	if s.clients, err = connectAll(s.ctx, env, w.config.Connections); err != nil {
		return nil, err
	}
	if err := s.fill(); err != nil {
		return nil, fmt.Errorf("write all keys: %w", err)
	}
	for i, one := range w.config.Streams {
		made := &stream{Stream: one, index: i}
		if made.do, err = s.operations(made); err != nil {
			return nil, fmt.Errorf("stream %s: %w", one.Name, err)
		}
		s.loads[one.Name] = made
	}
	return s, nil
}

// operations makes what one operation of a stream does.
func (s *service) operations(of *stream) (func(context.Context, operation) (ops.Reason, int64), error) {
	switch of.Do {
	case Put:
		return plain(s.put), nil
	case Range:
		return plain(s.ranging(of.Count, false)), nil
	case RangeSerializable:
		return plain(s.ranging(of.Count, true)), nil
	case TxnPut:
		return plain(s.txnPutting(of.Count)), nil
	case TxnMixed:
		return plain(s.txnMixing(of.Reads)), nil
	case Watch:
		return s.watching(of)
	case LeaseGrant:
		return plain(s.grant), nil
	case LeaseKeepAlive:
		return s.keepingAlive()
	case STM:
		return plain(s.transacting(of.Count)), nil
	}
	return nil, fmt.Errorf("there is no operation %q", of.Do) // the reader of scenarios knows them
}

// plain is an operation that has nothing to say but what became of it.
func plain(do func(context.Context, operation) ops.Reason) func(context.Context, operation) (ops.Reason, int64) {
	return func(ctx context.Context, o operation) (ops.Reason, int64) { return do(ctx, o), 0 }
}

func (s *service) Operation(name string) func(*load.Op) {
	of, ok := s.loads[name]
	if !ok {
		return nil
	}
	return func(op *load.Op) {
		op.Reason, op.Aux = s.run(of, op.Deadline.Sub(clock.Now()), false, uint64(op.N))
	}
}

func (s *service) run(of *stream, within time.Duration, closed bool, n uint64) (ops.Reason, int64) {
	ctx, cancel := context.WithTimeout(s.ctx, within)
	defer cancel()
	return of.do(ctx, operation{
		tag: tagOf(of.index, closed, n), client: s.clients[n%uint64(len(s.clients))],
	})
}

// Batch does one operation of the primary stream, whose time-out it has from its own start.
func (s *service) Batch() (complete bool) {
	primary := s.loads[s.config.Streams[0].Name]
	reason, _ := s.run(primary, primary.Timeout, true, s.closed.Add(1))
	return reason == ops.NoReason
}

// TableOperations is 0: there is no table.
func (s *service) TableOperations() uint64 { return 0 }

// Stop compares what callers were told with what is there. A write that is lost makes the trial invalid, which counts
// as an outcome of its arm. So does a look that is not possible: counters that stayed 0 would say that all is well.
func (s *service) Stop(ctx context.Context) error {
	err := s.audit(ctx)
	if err != nil {
		err = fmt.Errorf("audit of the keys: %w", err)
	}
	return errors.Join(err, s.end())
}

// end ends all that Start started. What was written is left: it goes with the cluster, or with the lease of its claim.
func (s *service) end() error {
	s.stop()
	s.watched.Wait()
	return closeAll(s.clients)
}
