package cluster

import (
	"context"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/internal/process"

	"golang.org/x/sync/errgroup"
)

// Members that run another program than this one tell nothing by themselves. What they print is their log, from which
// the spy hears raft; whether they serve has to be asked. Nothing else about a member depends on what it runs.

// Polled tells whether members are asked who leads, every PollInterval, because their logs do not say it.
func (c *Processes) Polled() bool { return c.polling.deaf.Load() }

// startProgram starts a member that is another program: its lines go into the log, and to the spy.
func (c *Processes) startProgram(m memberConfig, env map[string]string, log *os.File) (*process.Process, error) {
	names, err := raftIDs(m.InitialCluster, m.Token)
	if err != nil {
		return nil, err
	}
	spy := &raftSpy{member: m.Name, names: names, observe: c.hearProgram, serving: func() {}, catchUp: usualCatchUp}
	if count := m.Server.SnapshotCount; count != 0 && m.Server.Program.KeepsLog() {
		spy.catchUp = uint64(count)
	}
	return process.StartServer(process.Server{
		Path: m.Server.Program.Path, Args: m.args(), Env: env, Folder: c.mark(), Cores: c.config.Cores,
		Line: func(line []byte) {
			read := time.Now()
			_, _ = log.Write(append(line, '\n')) // a full disk is noticed by all else
			spy.hearLine(line, read)
		},
	})
}

// mark marks the members' programs, and all that they start, beside the data root and not below it: what a target has
// left there is ended while members still run.
func (c *Processes) mark() string { return c.config.DataRoot + ".members" }

// usualCatchUp is how many entries a server keeps behind a snapshot that is not told (etcdserver/server.go).
const usualCatchUp = 5000

// hearProgram takes what a member's log says, unless it is asked who leads.
func (c *Processes) hearProgram(o chaos.Observation) {
	leads := o.Kind == chaos.Elected || o.Kind == chaos.Changed || o.Kind == chaos.Lost
	if leads && c.polling.deaf.Load() {
		return
	}
	c.observe(o)
}

// greetInterval is how often a member that was started is asked whether it serves yet.
const greetInterval = 10 * time.Millisecond

// greet asks a member that is another program until it serves: first its peers, then its clients. The function ends
// that.
func (c *Processes) greet(ctx context.Context, name string) (stop func()) {
	c.mu.Lock()
	m, p := c.members[name].config, c.members[name].process
	c.mu.Unlock()
	if m.Server.Program == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var asking sync.WaitGroup
	asking.Go(func() {
		if !c.serves(ctx, m.PeerURL, p) {
			return
		}
		if err := c.servePeers(name); err != nil {
			c.die(err)
		}
		if c.serves(ctx, m.ClientURL, p) {
			c.observe(chaos.Observation{At: clock.Now(), Member: name, Kind: chaos.Started})
		}
	})
	return func() {
		cancel()
		asking.Wait()
	}
}

// serves waits until an URL of a member answers, its process has ended or ctx is done. etcd binds a port before it
// serves there, and answers clients only when it is ready.
func (c *Processes) serves(ctx context.Context, url string, p *process.Process) bool {
	for {
		limited, cancel := context.WithTimeout(ctx, silence)
		err := askVersion(limited, url, c.control.tls)
		cancel()
		if err == nil {
			return true
		}
		select {
		case <-p.Done():
			return false
		default:
		}
		if clock.Sleep(ctx, greetInterval) != nil {
			return false
		}
	}
}

// polling is the questions to members whose log does not say who leads.
type polling struct {
	deaf   atomic.Bool // they are asked
	mu     sync.Mutex
	asked  map[string]bool
	polls  sync.WaitGroup
	ctx    context.Context
	cancel context.CancelFunc
}

// hearing is how long after its boot a member's log may take to say whom it follows. It has followed a leader before it
// was ready.
const hearing = time.Second

// listen finds out whether all members' logs say who leads. If one's does not, all are asked from then on: moments of
// two clocks could not be put in order.
func (c *Processes) listen(ctx context.Context) {
	if c.program() == nil {
		return
	}
	limited, cancel := context.WithTimeout(ctx, hearing)
	defer cancel()
	var group errgroup.Group
	for _, name := range c.names {
		group.Go(func() error {
			_, err := c.Await(limited, 0, func(o chaos.Observation) bool {
				return o.Member == name && (o.Kind == chaos.Elected || o.Kind == chaos.Changed)
			})
			return err
		})
	}
	if group.Wait() == nil || ctx.Err() != nil {
		return
	}
	ids, _ := raftIDs(c.initialCluster(c.names), token) // the members have read it themselves
	c.mu.Lock()
	maps.Copy(c.ids, ids)
	c.mu.Unlock()
	c.polling.ctx, c.polling.cancel = context.WithCancel(context.Background())
	c.polling.deaf.Store(true)
	for _, name := range c.names {
		c.pollIfDeaf(name)
	}
}

// pollIfDeaf asks a member from now on whom it follows, if members are asked.
func (c *Processes) pollIfDeaf(name string) {
	if !c.polling.deaf.Load() {
		return
	}
	c.polling.mu.Lock()
	defer c.polling.mu.Unlock()
	if c.polling.asked[name] || c.polling.ctx.Err() != nil {
		return
	}
	if c.polling.asked == nil {
		c.polling.asked = map[string]bool{}
	}
	c.polling.asked[name] = true
	p := poller{member: name, control: c.control, name: c.nameOf, add: func(o chaos.Observation) {
		if o.Kind != chaos.Started { // which a start says itself
			c.add(o)
		}
	}}
	c.polling.polls.Go(func() { p.poll(c.polling.ctx) })
}

// end ends all questions.
func (p *polling) end() {
	if !p.deaf.Load() {
		return
	}
	p.mu.Lock()
	p.cancel()
	p.mu.Unlock()
	p.polls.Wait()
}

// nameOf is the member with that raft id, or the id.
func (c *Processes) nameOf(id uint64) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return nameIn(c.ids, id)
}
