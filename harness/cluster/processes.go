package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/internal/clock"
	"aftershock/internal/process"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Processes is a cluster whose members are children of this process, joined by a peer network that can be cut.
type Processes struct {
	*journal
	*pins
	chaos.Incapable
	config  Config
	peers   *network.PeerNetwork
	control *control
	deaths  chan error

	authority *authority

	mu      sync.Mutex
	members map[string]*child
	names   []string
	spent   time.Duration // CPU time of members that have ended
	closed  bool
}

// child is one member and the process it lives in at the moment.
type child struct {
	config      memberConfig
	peerAddress string
	process     *process.Process
	setup       process.Setup
	expected    bool          // its end was asked for
	watched     chan struct{} // closed when its end has been booked
}

var _ Cluster = (*Processes)(nil)

// bootAttempts bounds how often a boot is tried when somebody took a port between its choice and its use.
const bootAttempts = 3

// StartProcesses boots a cluster and returns when it answers a linearizable write. On error nothing is left running.
func StartProcesses(ctx context.Context, config Config) (*Processes, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		c, err := startProcesses(ctx, config)
		if err == nil {
			return c, nil
		}
		if attempt == bootAttempts || !strings.Contains(err.Error(), "address already in use") {
			return nil, err
		}
	}
}

func startProcesses(ctx context.Context, config Config) (_ *Processes, err error) {
	c := &Processes{
		journal: newJournal(config.Members), config: config, names: Names(config.Members),
		members: map[string]*child{}, deaths: make(chan error, 4*config.Members),
	}
	c.Incapable = chaos.Incapable{Because: c.Able}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	if err := c.layOut(); err != nil {
		return nil, err
	}
	c.pins = newPins(c.Endpoints())
	c.control = newControl(c.Endpoints())
	if err := c.authority.equip(c.pins, c.control); err != nil {
		return nil, err
	}
	for _, name := range c.names {
		if err := c.start(name); err != nil {
			return nil, err
		}
	}
	return c, c.awaitBoot(ctx)
}

// layOut decides every member's addresses and folders.
func (c *Processes) layOut() (err error) {
	if c.authority, err = newAuthority(c.config); err != nil {
		return err
	}
	addresses, err := freeAddresses(3 * len(c.names))
	if err != nil {
		return err
	}
	scheme := c.config.scheme()
	peers := map[string]string{}
	var initial []string
	for i, name := range c.names {
		client, peer, metrics := addresses[3*i], addresses[3*i+1], addresses[3*i+2]
		// No address yet: a new member asks each peer that lets it in for its members, and waits a second for those whose
		// port is bound and that do not serve yet. Three that start at the same time would all wait for each other.
		peers[name] = ""
		m := memberConfig{
			Name: name, Dir: filepath.Join(c.config.DataRoot, name), Token: "aftershock",
			ClientURL: scheme + "://" + client, PeerURL: scheme + "://" + peer,
			PeerAdvertised: network.PeerURL(scheme, name),
			Tick:           c.config.Tick, Election: c.config.Election,
			Quota: c.config.Quota, SnapshotCount: c.config.SnapshotCount,
		}
		if err := m.secure(c.authority, metrics); err != nil {
			return err
		}
		if c.config.LogDir != "" {
			m.Log = filepath.Join(c.config.LogDir, name+".log")
		}
		initial = append(initial, name+"="+m.PeerAdvertised)
		c.members[name] = &child{config: m, peerAddress: peer}
	}
	for _, m := range c.members {
		m.config.InitialCluster = strings.Join(initial, ",")
	}
	c.peers, err = network.Listen(peers)
	return err
}

// start starts a member's process. The peer transport dials through the proxy that its environment names, so that all
// peer traffic of an unmodified etcd runs through the peer network.
func (c *Processes) start(name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errors.New("the cluster is closed")
	}
	m := c.members[name]
	proxy := c.peers.ProxyURL(name)
	p, err := process.Start(process.Spec{
		Role: MemberRole, Config: m.config, Cores: c.config.Cores,
		Env:    map[string]string{"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "NO_PROXY": "", "http_proxy": "", "https_proxy": "", "no_proxy": ""},
		Report: func(line json.RawMessage) { c.hear(name, line) },
	})
	if err != nil {
		return fmt.Errorf("member %s: %w", name, err)
	}
	m.process, m.expected, m.watched = p, false, make(chan struct{})
	go c.watch(name, p, m.watched)
	return nil
}

func (c *Processes) hear(name string, line json.RawMessage) {
	var report memberReport
	if err := json.Unmarshal(line, &report); err != nil {
		c.die(fmt.Errorf("member %s reported what is no report: %w", name, err))
		return
	}
	if report.ServingPeers {
		if err := c.peers.SetAddress(name, c.members[name].peerAddress); err != nil {
			c.die(err)
		}
	}
	if report.Setup != nil {
		c.mu.Lock()
		c.members[name].setup = *report.Setup
		c.mu.Unlock()
	}
	if report.Failed != "" {
		c.die(fmt.Errorf("member %s failed: %s", name, report.Failed))
	}
	if report.Observation != nil {
		c.add(*report.Observation)
	}
}

// watch books a member's end, and raises it when nobody asked for it.
func (c *Processes) watch(name string, p *process.Process, watched chan<- struct{}) {
	defer close(watched)
	exit, err := p.Exit()
	at := clock.Now()
	c.mu.Lock()
	c.spent += exit.CPU
	expected := c.members[name].expected
	c.mu.Unlock()
	c.add(chaos.Observation{At: at, Member: name, Kind: chaos.Exited})
	if !expected {
		c.die(errors.Join(fmt.Errorf("member %s ended unasked: %v", name, exit), err))
	}
}

// die raises an error without waiting for somebody to take it: the first few say what went wrong.
func (c *Processes) die(err error) {
	select {
	case c.deaths <- err:
	default:
	}
}

// awaitBoot waits until all members serve and one of them answers a linearizable write.
func (c *Processes) awaitBoot(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	booted := make(chan error, 1)
	go func() { booted <- c.ready(ctx) }()
	select {
	case err := <-booted:
		return err
	case death := <-c.deaths:
		cancel()
		return errors.Join(fmt.Errorf("boot: %w", death), <-booted)
	}
}

func (c *Processes) ready(ctx context.Context) error {
	for _, name := range c.names {
		started := func(o chaos.Observation) bool { return o.Kind == chaos.Started && o.Member == name }
		if _, err := c.Await(ctx, 0, started); err != nil {
			return fmt.Errorf("boot: member %s does not serve: %w", name, err)
		}
	}
	if err := c.Write(ctx); err != nil {
		return fmt.Errorf("boot: %w", err)
	}
	return nil
}

// Members lists the names.
func (c *Processes) Members() []string { return c.names }

// Endpoints lists the members' own addresses.
func (c *Processes) Endpoints() []Endpoint {
	var all []Endpoint
	for _, name := range c.names {
		all = append(all, c.members[name].config.endpoint())
	}
	return all
}

// Setups tells how the members' processes are set up.
func (c *Processes) Setups() []Setup {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Setup
	for _, name := range c.names {
		all = append(all, setupOf(name, c.members[name].setup))
	}
	return all
}

// Write commits a write through the leader, once there is one, and reads it back.
func (c *Processes) Write(ctx context.Context) error {
	leader, err := c.awaitLeader(ctx)
	if err != nil {
		return err
	}
	return c.control.write(ctx, leader.Member)
}

// Able tells what can be done to child members.
func (c *Processes) Able(a chaos.Ability) error {
	switch a {
	case chaos.CanStop, chaos.CanReshape, chaos.CanRestore:
		return fmt.Errorf("child members cannot: %s", a)
	default:
		return nil
	}
}

// ClientLink is the link of a client to the member that it is pinned to.
func (c *Processes) ClientLink(client string) (*network.ClientLink, error) {
	return c.pins.ClientLink(client)
}

// PeerLink is the direction from one member to another.
func (c *Processes) PeerLink(from, to string) (*network.Link, error) { return c.peers.Link(from, to) }

// ResetPeers resets every open connection between two members.
func (c *Processes) ResetPeers(a, b string) (int, error) { return c.peers.Reset(a, b) }

// Admin gives a client that talks to one member, past all links.
func (c *Processes) Admin(member string) (*clientv3.Client, error) { return c.control.Admin(member) }

// Transfer asks the present leader to hand over.
func (c *Processes) Transfer(ctx context.Context, to string) error {
	leader, ok := c.Leader()
	if !ok {
		return fmt.Errorf("transfer leadership to %s: there is no leader", to)
	}
	return c.control.transfer(ctx, leader.Member, to)
}

// Crash kills a member with SIGKILL and returns when its process was gone. It does not wait for anything that could
// last, so there is nothing for a context to cut short: a member that is dead must be known to be.
func (c *Processes) Crash(_ context.Context, member string) (clock.Nanos, error) {
	c.mu.Lock()
	m, ok := c.members[member]
	if !ok {
		c.mu.Unlock()
		return 0, fmt.Errorf("crash member %s: no such member", member)
	}
	m.expected = true
	p, watched := m.process, m.watched
	c.mu.Unlock()
	p.Kill()
	at := clock.Now()
	<-watched
	return at, nil
}

// Pause stops a member's process with SIGSTOP: it keeps its connections and answers nobody. Resume lets it go on.
func (c *Processes) Pause(member string) error { return c.signal(member, syscall.SIGSTOP) }

// Resume lets a paused member go on.
func (c *Processes) Resume(member string) error { return c.signal(member, syscall.SIGCONT) }

func (c *Processes) signal(member string, s syscall.Signal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.members[member]
	if !ok {
		return fmt.Errorf("%v to member %s: no such member", s, member)
	}
	return m.process.Signal(s)
}

// Restart starts a member again from its data folder, and waits until it serves.
func (c *Processes) Restart(ctx context.Context, member string) error {
	before := clock.Now()
	if err := c.start(member); err != nil {
		return err
	}
	_, err := c.Await(ctx, before, func(o chaos.Observation) bool {
		return o.Member == member && o.Kind == chaos.Started
	})
	if err != nil {
		return fmt.Errorf("restart member %s: %w", member, err)
	}
	return nil
}

// Partition cuts links of the peer network.
func (c *Processes) Partition(g chaos.Grudge) (func(), error) { return c.peers.Partition(g) }

// Deaths delivers the ends that nobody asked for.
func (c *Processes) Deaths() <-chan error { return c.deaths }

// CPU is the time of the members that have ended; it is whole after Close.
func (c *Processes) CPU() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spent
}

// Close kills every member. Data is thrown away with the cluster, so grace would only cost time: etcd's own Close
// takes a second at best.
func (c *Processes) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	var running []*child
	for _, m := range c.members {
		if m.process != nil {
			m.expected = true
			running = append(running, m)
		}
	}
	c.mu.Unlock()

	var errs []error
	if c.control != nil {
		errs = append(errs, c.control.close())
	}
	if c.pins != nil {
		c.closeLinks()
	}
	for _, m := range running {
		errs = append(errs, m.process.Signal(syscall.SIGKILL))
	}
	for _, m := range running {
		<-m.watched
	}
	if c.peers != nil {
		c.peers.Close()
	}
	return errors.Join(errs...)
}
