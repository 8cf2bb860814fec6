// Package probe asks, through each client's own link, when the cluster serves that client again.
//
// A probe is a small write, which takes the whole way: the link, the member and a quorum. It is open loop: one is sent
// every Interval, whatever became of those before it, because a prober that waits for its last answer learns of the end
// of an outage only when that answer comes. Probes are sent from when a fault is due until one that was started after its end
// has succeeded, and at no other time, so a calm service is not loaded by them.
//
// What a prober leaves is what it sent and what came of it; Outage reads a fault's outage out of that.
package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
)

const (
	// Interval is the time between two probes, and so how exactly the end of an outage is known. Each costs client, link and
	// member one to two milliseconds of CPU time on a machine that is busy, so that these take 1 to 2 % of two cores.
	Interval = 50 * time.Millisecond
	// Deadline is how long a probe waits for its answer.
	Deadline = time.Second
	// atOnce is how many probes can be out: as many as are sent before the first of them has reached its deadline. What
	// would be one more, on a machine that is late with everything, is not sent.
	atOnce = int(Deadline / Interval)
	// prefix is below what is the cluster's own, outside of every workload's keys.
	prefix = chaos.Prefix + "probe/"
)

// reconnects is how often gRPC dials a member that is gone. Its own back-off grows to seconds, and an outage would end
// when that ends, and not when the member is back.
var reconnects = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 100 * time.Millisecond},
	MinConnectTimeout: Deadline,
}

// Prober probes one client's link. Its methods may be called at the same time from any goroutine.
type Prober struct {
	key    string
	client *clientv3.Client
	ctx    context.Context
	cancel context.CancelFunc
	work   chan struct{} // a probe for the goroutine that waits for one
	hands  int           // goroutines that send probes; only run counts them
	group  sync.WaitGroup

	mu      sync.Mutex
	needed  map[string]bool // the faults that are under way
	over    map[string]bool // and those that are over
	until   clock.Nanos     // when the last of them was over: once a probe that was started then or later succeeds, none is needed
	success clock.Nanos     // the start of the last-started one that succeeded
	running bool
	out     int // probes that wait for their answer
	done    []Probe
}

// Access is how a client proves who it is; the zero value is for a cluster that does not ask.
type Access struct {
	TLS            *tls.Config
	User, Password string
	Dial           []grpc.DialOption // beside the probes' own
}

// Dial connects through the link that is reached at address, and writes once, so that connecting is no part of an outage.
// The context bounds the dial alone; Close has to follow when the error is nil.
func Dial(ctx context.Context, client, address string, as Access) (*Prober, error) {
	p := &Prober{key: prefix + client, work: make(chan struct{}), needed: map[string]bool{}, over: map[string]bool{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	// A client's own context is all that ends its wait for a user's token (client/v3 3.7.3, client.go).
	stop := context.AfterFunc(ctx, p.cancel)
	var err error
	p.client, err = clientv3.New(clientv3.Config{
		Endpoints: []string{address}, Context: p.ctx, TLS: as.TLS, Username: as.User, Password: as.Password, Logger: zap.NewNop(), // the default logger's cost dominates under failures
		DialOptions: append([]grpc.DialOption{grpc.WithConnectParams(reconnects)}, as.Dial...),
	})
	stop()
	if err != nil {
		p.cancel()
		return nil, fmt.Errorf("probe client %s: %w", client, err)
	}
	if err := p.write(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("probe client %s: %w", client, err), p.Close())
	}
	return p, nil
}

// write is a probe: linearizable, and without require-leader, as the service under test writes.
func (p *Prober) write(ctx context.Context) error {
	_, err := p.client.Put(ctx, p.key, "")
	return err
}

// Begin has probes sent from now on, until the fault is said to be over and one that was started afterwards has succeeded.
// That holds of a fault that is over already, too: a transfer may take less than a millisecond.
func (p *Prober) Begin(fault string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ctx.Err() != nil {
		return
	}
	if !p.over[fault] {
		p.needed[fault] = true
	}
	if !p.running {
		p.running = true
		p.group.Go(p.run)
	}
}

// End says that a fault was over at that moment. Probes go on while others are under way, and until one has succeeded that
// was started at or after the end of the last.
func (p *Prober) End(fault string, at clock.Nanos) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over[fault] = true
	delete(p.needed, fault)
	p.until = max(p.until, at)
}

// run has probes sent at their times.
func (p *Prober) run() {
	ticker := time.NewTicker(Interval)
	defer ticker.Stop()
	for p.goesOn() {
		p.send()
		select {
		case <-ticker.C:
		case <-p.ctx.Done():
		}
	}
}

// send hands a probe to a goroutine that has finished its last one, or to a new one while there are fewer than can be
// needed. They are kept, because a new one for each probe would spend more time on growing its stack than on the probe.
func (p *Prober) send() {
	select {
	case p.work <- struct{}{}:
		return
	default:
	}
	if p.hands < atOnce {
		p.hands++
		p.group.Go(p.sendOn)
	}
}

// sendOn sends a probe, and every further one that it is handed.
func (p *Prober) sendOn() {
	for {
		p.probe()
		select {
		case <-p.work:
		case <-p.ctx.Done():
			return
		}
	}
}

// goesOn tells whether a probe is still needed, and books the end when none is.
func (p *Prober) goesOn() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = p.ctx.Err() == nil && (len(p.needed) > 0 || p.success < p.until)
	return p.running
}

func (p *Prober) probe() {
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	p.mu.Lock()
	p.out++
	p.mu.Unlock()
	started := clock.Now()
	err := p.write(ctx)
	ended := clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out--
	p.done = append(p.done, Probe{Started: started, Ended: ended, OK: err == nil})
	if err == nil {
		p.success = max(p.success, started)
	}
}

// Probes gives all probes so far, in the order in which they ended. It is complete after Close.
func (p *Prober) Probes() []Probe {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Probe(nil), p.done...)
}

// Close cuts off the probes that are out, which count as failed, and returns when nothing of the prober runs any more.
func (p *Prober) Close() error {
	p.mu.Lock()
	p.cancel()
	p.mu.Unlock() // from here on Begin starts nothing, so there is nothing to add to the group while it is waited for
	p.group.Wait()
	if err := p.client.Close(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close the probes' client: %w", err)
	}
	return nil
}
