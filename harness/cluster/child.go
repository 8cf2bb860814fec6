package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/internal/nearest"
	"aftershock/internal/process"

	"golang.org/x/sync/errgroup"
)

// child is one member and its current process.
type child struct {
	config      memberConfig
	peerAddress string
	process     *process.Process
	setup       process.Setup
	joining     bool          // is being added, and has not served yet
	starting    bool          // has been started, and has not served yet: the caller that started it learns of its end
	expected    bool          // its end was asked for
	paused      bool          // SIGSTOP
	failed      string        // why it could not go on, in its own words
	wrote       string        // the program that served last from its data folder, if it is not our own
	watched     chan struct{} // closed when its end has been recorded
}

// running tells whether the member has a process. It is called with the lock held.
func (m *child) running() bool {
	if m.process == nil {
		return false
	}
	select {
	case <-m.watched:
		return false
	default:
		return true
	}
}

// child finds a current member of the cluster. It is called with the lock held.
func (c *Processes) child(name string) (*child, error) {
	if !slices.Contains(c.names, name) {
		return nil, nearest.Unknown("member", name, c.names)
	}
	return c.members[name], nil
}

// start starts a member's process. The peer transport dials through the proxy that its environment names, so that all
// peer traffic of an unmodified etcd runs through the peer network.
func (c *Processes) start(name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errors.New("the cluster is closed")
	}
	m, err := c.child(name)
	if err != nil {
		return err
	}
	if m.running() {
		return errors.New("its process is running already")
	}
	log, err := m.openLog()
	if err != nil {
		return err
	}
	proxy := c.peers.ProxyURL(name)
	env := map[string]string{"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy}
	var p *process.Process
	if m.config.Server.Program != nil {
		p, err = c.startProgram(m.config, env, log)
	} else {
		p, err = process.Start(process.Spec{
			Role: MemberRole, Config: m.config, Cores: c.config.Cores, Log: log, Env: env,
			Report: func(line json.RawMessage) { c.hear(name, line) },
		})
	}
	if err != nil {
		return errors.Join(err, log.Close())
	}
	m.process, m.watched = p, make(chan struct{})
	m.starting, m.expected, m.paused, m.failed = true, false, false, ""
	go c.watch(name, p, log, m.watched)
	return nil
}

// openLog opens the member's log: for what our own members' logger does not write there, which is how Go's runtime
// ends a crash, and for all that another program prints.
func (m *child) openLog() (*os.File, error) {
	if m.config.Log == "" {
		return os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	}
	return m.config.openLog()
}

// launch starts a member and waits until it serves. It leaves no process that does not serve, so that it can be
// called again; another process may hold the port of a member that ended a moment ago for a while, and launch waits
// for that.
func (c *Processes) launch(ctx context.Context, name string) error {
	for {
		err := c.launchOnce(ctx, name)
		if err == nil || !portTaken(err) || clock.Sleep(ctx, 50*time.Millisecond) != nil {
			return err
		}
	}
}

func (c *Processes) launchOnce(ctx context.Context, name string) error {
	before := clock.Now()
	if err := c.start(name); err != nil {
		return fmt.Errorf("member %s: %w", name, err)
	}
	defer c.greet(ctx, name)()
	o, err := c.Await(ctx, before, func(o chaos.Observation) bool {
		return o.Member == name && (o.Kind == chaos.Started || o.Kind == chaos.Exited)
	})
	if err == nil && o.Kind == chaos.Started {
		c.pollIfDeaf(name)
		return nil
	}
	c.mu.Lock()
	m := c.members[name]
	p, watched := m.process, m.watched
	m.expected = true
	c.mu.Unlock()
	p.Kill() // it may have ended already
	<-watched
	if err != nil {
		return process.Unready("member "+name, fmt.Errorf("does not serve: %w", err), m.config.Log, true)
	}
	return c.obituary(name, p)
}

// obituary says why a member ended before it served.
func (c *Processes) obituary(name string, p *process.Process) error {
	c.mu.Lock()
	m := *c.members[name]
	c.mu.Unlock()
	exit, err := p.Exit()
	cause := fmt.Errorf("ended before it served: %v", exit)
	if m.wrote != "" {
		cause = fmt.Errorf("does not start from the data folder that %s has left: %v does not take it, and ends "+
			"with %v", m.wrote, m.config.Server.Program, exit)
	}
	if m.failed != "" {
		cause = fmt.Errorf("failed: %s", m.failed)
	}
	unready := process.Unready("member "+name, errors.Join(cause, err), m.config.Log, portTaken(cause))
	unready.Noise = unready.Noise || portTaken(unready) // another program says it in its log alone
	return unready
}

// launchAll starts members at the same time: fewer than a majority of new ones would wait for the others.
func (c *Processes) launchAll(ctx context.Context, names []string) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, name := range names {
		group.Go(func() error { return c.launchOnce(ctx, name) })
	}
	return group.Wait()
}

func (c *Processes) hear(name string, line json.RawMessage) {
	var report memberReport
	if err := json.Unmarshal(line, &report); err != nil {
		c.die(fmt.Errorf("member %s sent a report that cannot be read: %w", name, err))
		return
	}
	if report.ServingPeers {
		if err := c.servePeers(name); err != nil {
			c.die(err)
		}
	}
	if report.Setup != nil {
		c.mu.Lock()
		c.members[name].setup = *report.Setup
		c.mu.Unlock()
	}
	if report.Failed != "" {
		c.fail(name, report.Failed)
	}
	if report.Observation != nil {
		c.observe(*report.Observation)
	}
}

func (c *Processes) servePeers(name string) error {
	c.mu.Lock()
	address := c.members[name].peerAddress
	c.mu.Unlock()
	return c.peers.SetAddress(name, address)
}

// fail keeps why a member could not go on, and raises it unless a caller waits for its end.
func (c *Processes) fail(name, why string) {
	c.mu.Lock()
	m := c.members[name]
	m.failed = why
	awaited := m.starting || m.expected
	c.mu.Unlock()
	if !awaited {
		c.die(fmt.Errorf("member %s %w: %s", name, ErrDied, why))
	}
}

// observe adds what a member said to the journal. Members know each other's ids from the members with which they were
// started. The id of a member that was added since is only in the answer to the request that added it.
func (c *Processes) observe(o chaos.Observation) {
	c.mu.Lock()
	if o.Kind == chaos.Started {
		m := c.members[o.Member]
		m.starting, m.joining = false, false
		if m.config.Server.Program != nil {
			m.wrote = m.config.Server.Program.String()
		}
	}
	if id, err := strconv.ParseUint(o.Leader, 16, 64); err == nil {
		if name, ok := c.ids[id]; ok {
			o.Leader = name
		}
	}
	c.mu.Unlock()
	c.add(o)
}

// watch records a member's end, and raises it when no caller asked for it.
func (c *Processes) watch(name string, p *process.Process, log *os.File, watched chan<- struct{}) {
	defer close(watched)
	exit, err := p.Exit()
	err = errors.Join(err, log.Close())
	at := clock.Now()
	c.mu.Lock()
	c.spent += exit.CPU
	awaited := c.members[name].starting || c.members[name].expected
	c.mu.Unlock()
	c.add(chaos.Observation{At: at, Member: name, Kind: chaos.Exited})
	if !awaited {
		c.die(errors.Join(fmt.Errorf("member %s %w: %v", name, ErrDied, exit), err))
	}
}

// die raises an error without waiting for a receiver: the first few say what went wrong.
func (c *Processes) die(err error) {
	select {
	case c.deaths <- err:
	default:
	}
}
