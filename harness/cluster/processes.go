package cluster

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/internal/process"
)

// Processes is a cluster whose members are children of this process, joined by a peer network that can be cut.
type Processes struct {
	common
	config Config
	peers  *network.PeerNetwork
	deaths chan error

	authority *authority // nil without TLS

	reshaping sync.Mutex // one change of the membership at a time

	mu      sync.Mutex
	members map[string]*child // all, former ones too: a member that comes back finds its addresses here
	names   []string          // those that belong to the cluster now, in order
	ids     map[uint64]string // raft id -> member, of those that a member cannot compute for itself
	spent   time.Duration     // CPU time of members that have ended
	closed  bool

	polling polling // of members whose log does not say who leads
}

var _ Cluster = (*Processes)(nil)

const (
	token = "aftershock" // tells one cluster's members from another's
	// bootAttempts bounds how often a boot is tried when another process took a port between its choice and its use.
	bootAttempts = 3
	bootPatience = 30 * time.Second
)

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
		if attempt == bootAttempts || !portTaken(err) {
			return nil, err
		}
	}
}

// portTaken tells whether another process has a port that a member wanted. Members say so in words only.
func portTaken(err error) bool { return strings.Contains(err.Error(), "address already in use") }

func startProcesses(ctx context.Context, config Config) (_ *Processes, err error) {
	c := &Processes{
		config: config, names: Names(config.Members),
		members: map[string]*child{}, ids: map[uint64]string{}, deaths: make(chan error, 4*config.Members),
	}
	c.journal = newJournal(c.names)
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
	ctx, cancel := context.WithTimeout(ctx, bootPatience)
	defer cancel()
	if err := c.launchAll(ctx, c.names); err != nil {
		return nil, fmt.Errorf("boot: %w", err)
	}
	c.listen(ctx)
	if err := errors.Join(c.Write(ctx), c.control.warm(ctx, c.names)); err != nil {
		return nil, fmt.Errorf("boot: %w", err)
	}
	return c, nil
}

// layOut chooses every member's addresses and folders.
func (c *Processes) layOut() (err error) {
	if c.authority, err = newAuthority(c.config); err != nil {
		return err
	}
	addresses, err := freeAddresses(3 * len(c.names))
	if err != nil {
		return err
	}
	initial, peers := c.initialCluster(c.names), map[string]string{}
	for i, name := range c.names {
		// No address yet: a new member asks each peer that lets it in for its members, and waits a second for those
		// whose port is bound and that do not serve yet. Three that start at the same time would all wait for each
		// other.
		peers[name] = ""
		if c.members[name], err = c.newChild(name, addresses[3*i:3*i+3]); err != nil {
			return err
		}
		c.members[name].config.InitialCluster = initial
	}
	c.peers, err = network.Listen(peers)
	return err
}

// newChild is a member that has not been started: its three addresses, for clients, peers and metrics, its folder, and
// its configuration without the other members.
func (c *Processes) newChild(name string, addresses []string) (*child, error) {
	client, peer, metrics := addresses[0], addresses[1], addresses[2]
	m := memberConfig{
		Name: name, Dir: filepath.Join(c.config.DataRoot, name), Token: token,
		ClientURL: c.config.scheme() + "://" + client, PeerURL: c.config.scheme() + "://" + peer,
		PeerAdvertised: c.peerURL(name), Server: c.config.Server.in(c.config),
		Quota: c.config.Quota, Gateway: c.config.Gateway,
	}
	if err := m.secure(c.authority, metrics); err != nil {
		return nil, err
	}
	if c.config.LogDir != "" {
		m.Log = filepath.Join(c.config.LogDir, name+".log")
	}
	return &child{config: m, peerAddress: peer}, nil
}

func (c *Processes) peerURL(name string) string {
	if c.program() != nil { // which resolves no names of the peer network
		return network.PeerAddressURL(c.config.scheme(), name)
	}
	return network.PeerURL(c.config.scheme(), name)
}

// program is the one with which the members were booted; nil is our own etcd.
func (c *Processes) program() *Program { return c.config.Server.in(c.config).Program }

// initialCluster is the list of a cluster's members as etcd reads it.
func (c *Processes) initialCluster(names []string) string {
	var all []string
	for _, name := range names {
		all = append(all, name+"="+c.peerURL(name))
	}
	return strings.Join(all, ",")
}

// Members lists the names of those that belong to the cluster now, learners too: n1, n2, ..., n10.
func (c *Processes) Members() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.names)
}

// Endpoints lists the members' own addresses.
func (c *Processes) Endpoints() []Endpoint {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Endpoint
	for _, name := range c.names {
		all = append(all, c.members[name].config.endpoint())
	}
	return all
}

// Setups tells how the members' processes are set up. Another program than our own etcd does not tell.
func (c *Processes) Setups() []Setup {
	if c.program() != nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Setup
	for _, name := range c.names {
		all = append(all, setupOf(name, c.members[name].setup))
	}
	return all
}

// Able tells that child members can be hurt in every way, and what takes our own etcd; certificates can be issued where
// there are any, and members changed where there is a next etcd.
func (c *Processes) Able(a chaos.Ability) error { return c.program().Able(a) }

// Next is the version to which members can be changed.
func (c *Processes) Next() (string, error) {
	if c.config.Next == nil {
		return "", errNoNext
	}
	return c.config.Next.Version, nil
}

// Switch has a member run the cluster's next etcd from its next start on.
func (c *Processes) Switch(member string) error {
	if c.config.Next == nil {
		return errNoNext
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	m, err := c.child(member)
	if err != nil {
		return fmt.Errorf("switch: %w", err)
	}
	m.config.Server.Program = c.config.Next
	return nil
}

var errNoNext = errors.New("this cluster has no next etcd to which its members could be changed")

// PeerLink is the direction from one member to another.
func (c *Processes) PeerLink(from, to string) (*network.Link, error) { return c.peers.Link(from, to) }

// ResetPeers resets every open connection between two members.
func (c *Processes) ResetPeers(a, b string) (int, error) { return c.peers.Reset(a, b) }

// Partition cuts links of the peer network.
func (c *Processes) Partition(g chaos.Grudge) (func(), error) { return c.peers.Partition(g) }

// Deaths delivers the ends that no caller asked for.
func (c *Processes) Deaths() <-chan error { return c.deaths }

// CPU is the time of the members that have ended; it is whole after Close.
func (c *Processes) CPU() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spent
}

// Close kills every member, suspended ones too. Data is thrown away with the cluster, so grace would only cost time:
// etcd's own Close takes a second at best.
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
	c.polling.end()
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
	if c.program() != nil {
		process.EndMarked(c.mark()) // what a script that starts the server has left
	}
	if c.peers != nil {
		c.peers.Close()
	}
	return errors.Join(errs...)
}
