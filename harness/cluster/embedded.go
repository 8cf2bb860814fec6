//go:build !withoutserver

package cluster

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/internal/process"

	"go.etcd.io/etcd/client/pkg/v3/types"
	"go.etcd.io/etcd/server/v3/embed"
)

// Embedded is a cluster whose members live in this process.
//
// They share one garbage collector, one Prometheus registry and one proxy environment with each other and with the
// caller. So no figure may come from it, its members cannot crash, and its links cannot be cut one way. It can
// transfer leadership and cut members off in both directions.
type Embedded struct {
	common
	deaths  chan error
	names   []string
	configs map[string]memberConfig
	ids     map[string]types.ID

	authority *authority

	mu      sync.Mutex
	members map[string]*embed.Etcd
	cuts    map[[2]string]int // a pair of members in order -> how many partitions hold it
	stop    chan struct{}
	watches sync.WaitGroup
	once    sync.Once
}

var _ Cluster = (*Embedded)(nil)

// StartEmbedded boots a cluster in this process and returns when it answers a linearizable write.
func StartEmbedded(ctx context.Context, config Config) (_ *Embedded, err error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	if len(config.Cores) > 0 {
		return nil, errors.New(
			"members in this process cannot be pinned to cores of their own (use --cluster processes)")
	}
	if p := config.Server.in(config).Program; p != nil {
		return nil, fmt.Errorf("members in this process cannot be %v (use --cluster processes)", p)
	}
	e := &Embedded{
		names: Names(config.Members), deaths: make(chan error, config.Members),
		configs: map[string]memberConfig{}, ids: map[string]types.ID{}, members: map[string]*embed.Etcd{},
		cuts: map[[2]string]int{}, stop: make(chan struct{}),
	}
	e.journal = newJournal(e.names)
	e.Incapable = chaos.Incapable{Because: e.Able}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	if e.authority, err = newAuthority(config); err != nil {
		return nil, err
	}
	configs, err := e.layOut(config)
	if err != nil {
		return nil, err
	}
	e.pins = newPins(e.Endpoints())
	e.control = newControl(e.Endpoints())
	if err := e.authority.equip(e.pins, e.control); err != nil {
		return nil, err
	}
	for i, c := range configs {
		member, err := embed.StartEtcd(c) // listens and starts raft; becoming ready takes a quorum
		if err != nil {
			return nil, fmt.Errorf("boot member %s: %w", e.names[i], err)
		}
		e.members[e.names[i]] = member
	}
	return e, e.awaitBoot(ctx)
}

func (e *Embedded) layOut(config Config) ([]*embed.Config, error) {
	addresses, err := freeAddresses(3 * len(e.names))
	if err != nil {
		return nil, err
	}
	var initial []string
	scheme := config.scheme() + "://"
	for i, name := range e.names {
		initial = append(initial, name+"="+scheme+addresses[3*i+1])
	}
	var configs []*embed.Config
	for i, name := range e.names {
		peer := scheme + addresses[3*i+1]
		m := memberConfig{
			Name: name, Dir: filepath.Join(config.DataRoot, name), Token: "aftershock",
			ClientURL: scheme + addresses[3*i], PeerURL: peer, PeerAdvertised: peer,
			InitialCluster: strings.Join(initial, ","),
			Server:         config.Server.in(config), Quota: config.Quota, Gateway: config.Gateway,
		}
		if err := m.secure(e.authority, addresses[3*i+2]); err != nil {
			return nil, err
		}
		if config.LogDir != "" {
			m.Log = filepath.Join(config.LogDir, name+".log")
		}
		e.configs[name] = m
		c, err := m.embed(e.add, func() {})
		if err != nil {
			return nil, err
		}
		configs = append(configs, c)
	}
	ids, err := raftIDs(strings.Join(initial, ","), "aftershock")
	for id, name := range ids {
		e.ids[name] = types.ID(id)
	}
	return configs, err
}

func (e *Embedded) awaitBoot(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for _, name := range e.names {
		member := e.members[name]
		select {
		case <-member.Server.ReadyNotify():
		case err := <-member.Err():
			return fmt.Errorf("boot member %s: %w", name, err)
		case <-ctx.Done():
			return fmt.Errorf("boot member %s: %w", name, context.Cause(ctx))
		}
		e.add(chaos.Observation{At: clock.Now(), Member: name, Kind: chaos.Started})
		e.watches.Go(func() { e.watch(name, member) })
	}
	return errors.Join(e.Write(ctx), e.control.warm(ctx, e.names))
}

func (e *Embedded) watch(name string, member *embed.Etcd) {
	select {
	case err := <-member.Err():
		e.add(chaos.Observation{At: clock.Now(), Member: name, Kind: chaos.Exited})
		e.deaths <- fmt.Errorf("member %s %w: %w", name, ErrDied, err)
	case <-e.stop:
	}
}

// Members lists the names.
func (e *Embedded) Members() []string { return e.names }

// Endpoints lists the members' own addresses.
func (e *Embedded) Endpoints() []Endpoint {
	var all []Endpoint
	for _, name := range e.names {
		all = append(all, e.configs[name].endpoint())
	}
	return all
}

// Setups tells how this process is set up, once for each member.
func (e *Embedded) Setups() []Setup {
	var all []Setup
	for _, name := range e.names {
		all = append(all, setupOf(name, process.Own()))
	}
	return all
}

// Able refuses faults that are not possible on members in one process. A hard stop, for example, flushes the backend
// and leaves the listener answering: it is not a crash.
func (e *Embedded) Able(a chaos.Ability) error {
	switch a {
	case chaos.CanTransfer, chaos.CanIsolate, chaos.CanCutClients, chaos.CanAdminister, chaos.CanFill:
		return nil
	default:
		return fmt.Errorf("embedded members cannot: %s (use --cluster processes)", a)
	}
}

// Partition cuts pairs of members with the server's own CutPeer on both sides. It leaves the pipeline POSTs and the
// peer HTTP API open, which carry no heartbeat.
func (e *Embedded) Partition(g chaos.Grudge) (func(), error) {
	pairs, err := e.pairs(g)
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		e.cut(p, +1)
	}
	return sync.OnceFunc(func() {
		for _, p := range pairs {
			e.cut(p, -1)
		}
	}), nil
}

// pairs turns a grudge into pairs of members, and refuses one that is not mutual.
func (e *Embedded) pairs(g chaos.Grudge) ([][2]string, error) {
	var pairs [][2]string
	for hearer, unheard := range g {
		for _, other := range unheard {
			for _, name := range []string{hearer, other} {
				if !slices.Contains(e.names, name) {
					return nil, fmt.Errorf("partition: no member %q", name)
				}
			}
			if !slices.Contains(g[other], hearer) {
				return nil, fmt.Errorf("partition %s -> %s only: %w", other, hearer, e.Able(chaos.CanCutOneWay))
			}
			if hearer < other {
				pairs = append(pairs, [2]string{hearer, other})
			}
		}
	}
	return pairs, nil
}

func (e *Embedded) cut(pair [2]string, by int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	was := e.cuts[pair]
	e.cuts[pair] = was + by
	a, b := e.members[pair[0]].Server, e.members[pair[1]].Server
	switch {
	case was == 0 && by > 0:
		a.CutPeer(e.ids[pair[1]])
		b.CutPeer(e.ids[pair[0]])
	case was+by == 0:
		a.MendPeer(e.ids[pair[1]])
		b.MendPeer(e.ids[pair[0]])
	}
}

// Agree asks all members until they hold the same, for as long as is given.
func (e *Embedded) Agree(ctx context.Context, within time.Duration) (Agreement, error) {
	return e.control.agree(ctx, e.Members(), within)
}

// Deaths delivers the ends that no caller asked for.
func (e *Embedded) Deaths() <-chan error { return e.deaths }

// CPU is 0: the members' time cannot be told from this process's own.
func (e *Embedded) CPU() time.Duration { return 0 }

// Close stops the members: hard, because a graceful Close first hands leadership over and waits for peers.
func (e *Embedded) Close() (err error) {
	e.once.Do(func() {
		close(e.stop)
		e.watches.Wait()
		if e.control != nil {
			err = e.control.close()
			e.closeLinks()
		}
		for _, m := range e.members {
			m.Server.HardStop()
		}
		for _, m := range e.members {
			m.Close()
		}
	})
	return err
}
