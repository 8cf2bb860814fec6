package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
)

// removalGrace is how long a member that was removed may take to end by itself. etcd ends it a second after it has
// learned of its removal (stopWithDelay in etcdserver/server.go); it learns of it from its log, or from peers that
// refuse to talk to it.
const removalGrace = 5 * time.Second

// Add adds a member with an empty data folder and starts it; it returns when the member serves. The name of a member
// that was removed brings its addresses back, so that clients pinned to it find it again. After an error it may be
// called again, and goes on where it was.
func (c *Processes) Add(ctx context.Context, member string, learner bool) error {
	c.reshaping.Lock()
	defer c.reshaping.Unlock()
	joins, err := c.makeRoom(member)
	if err != nil {
		return fmt.Errorf("add: %w", err)
	}
	if joins {
		if err := c.admit(ctx, member, learner); err != nil {
			return fmt.Errorf("add member %s: %w", member, err)
		}
	}
	if err := c.launch(ctx, member); err != nil {
		return fmt.Errorf("add: %w", err)
	}
	return nil
}

// makeRoom gives a name its addresses, a folder and a place in the peer network. It tells whether the name still has to
// be made a member: an adding that failed may have got that far.
func (c *Processes) makeRoom(name string) (joins bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, known := c.members[name]
	switch {
	case slices.Contains(c.names, name) && m.joining:
		return false, nil
	case slices.Contains(c.names, name):
		return false, fmt.Errorf("%s is a member already", name)
	case known:
		return true, c.peers.SetAddress(name, "") // as at the boot, until it serves peers
	}
	addresses, err := freeAddresses(3)
	if err != nil {
		return false, err
	}
	fresh, err := c.newChild(name, addresses)
	if err != nil {
		return false, err
	}
	if err := c.peers.AddMember(name, ""); err != nil {
		return false, err
	}
	c.members[name] = fresh
	return true, nil
}

// admit makes a name a member and takes it into everything that knows the members. From then on a voter counts for the
// majority, though it does not run yet.
func (c *Processes) admit(ctx context.Context, name string, learner bool) error {
	var id uint64
	err := c.insist(ctx, name, func(ctx context.Context, via string) (err error) {
		id, err = c.control.add(ctx, via, c.peerURL(name), learner)
		return err
	})
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.ids[id] = name
	c.names = append(c.names, name)
	slices.SortFunc(c.names, byName)
	m := c.members[name]
	m.config.InitialCluster, m.config.Existing = c.initialCluster(c.names), true
	m.joining = true
	endpoint := m.config.endpoint()
	c.mu.Unlock()
	c.control.reach(endpoint)
	c.reach(endpoint)
	if !learner {
		c.add(chaos.Observation{At: clock.Now(), Member: name, Kind: chaos.Joined})
	}
	return nil
}

// byName orders n10 after n9.
func byName(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// Promote makes a voter of a learner, once the leader finds that it has caught up.
func (c *Processes) Promote(ctx context.Context, member string) error {
	c.reshaping.Lock()
	defer c.reshaping.Unlock()
	err := c.insist(ctx, "", func(ctx context.Context, via string) error {
		return c.control.promote(ctx, via, c.peerURL(member))
	})
	if err != nil {
		return fmt.Errorf("promote member %s: %w", member, err)
	}
	if !c.votes(member) {
		c.add(chaos.Observation{At: clock.Now(), Member: member, Kind: chaos.Joined})
	}
	return nil
}

// Remove takes a member out of the cluster, running or not, waits for its process to end, and deletes its data. A
// leader can be removed: it goes on leading until it ends, about a second later, and the others elect.
func (c *Processes) Remove(ctx context.Context, member string) error {
	c.reshaping.Lock()
	defer c.reshaping.Unlock()
	if err := c.expectLeave(member); err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	err := c.insist(ctx, member, func(ctx context.Context, via string) error {
		return c.control.remove(ctx, via, c.peerURL(member))
	})
	if err != nil {
		c.setExpected(member, false)
		return fmt.Errorf("remove member %s: %w", member, err)
	}
	c.mu.Lock()
	c.names = slices.DeleteFunc(c.names, func(name string) bool { return name == member })
	c.mu.Unlock()
	c.add(chaos.Observation{At: clock.Now(), Member: member, Kind: chaos.Left})
	c.control.forget(member)
	c.bury(ctx, member)
	return c.wipe(member)
}

// expectLeave notes that a member's end is asked for: it may end by itself as soon as it is told.
func (c *Processes) expectLeave(member string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, err := c.child(member)
	if err != nil {
		return err
	}
	if len(c.names) == 1 {
		return fmt.Errorf("%s is the last member", member)
	}
	m.expected = true
	return nil
}

func (c *Processes) setExpected(member string, expected bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.members[member].expected = expected
}

// bury waits until the process of a member that was removed has ended, and ends it when that takes too long.
func (c *Processes) bury(ctx context.Context, member string) {
	c.mu.Lock()
	m := c.members[member]
	p, watched, ends := m.process, m.watched, m.running() && !m.paused
	c.mu.Unlock()
	if p == nil {
		return
	}
	if ends {
		grace, cancel := context.WithTimeout(ctx, removalGrace)
		defer cancel()
		select {
		case <-watched:
		case <-grace.Done():
		}
	}
	p.Kill()
	<-watched
}

func (c *Processes) wipe(member string) error {
	c.mu.Lock()
	dir := c.members[member].config.Dir
	c.members[member].wrote = ""
	c.mu.Unlock()
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("data of member %s: %w", member, err)
	}
	return nil
}

// errLeftOver is for a cluster in which only the member in question could be asked.
var errLeftOver = errors.New("no other member works")

// insist asks a member that is not the one concerned, again and again until it says yes, says what will never be a yes,
// or the context ends. A change that is proposed while the leader goes is lost without a word, so each try has a short
// time of its own, and looks first whether the one before came through after all.
func (c *Processes) insist(ctx context.Context, concerned string,
	try func(ctx context.Context, via string) error) error {
	for {
		err := c.tryOnce(ctx, concerned, try)
		if err == nil || refusedForGood(err) {
			return err
		}
		if ended := clock.Sleep(ctx, 50*time.Millisecond); ended != nil {
			return errors.Join(err, ended)
		}
	}
}

func (c *Processes) tryOnce(ctx context.Context, concerned string,
	try func(ctx context.Context, via string) error) error {
	leader, err := c.awaitLeader(ctx, func(l chaos.Leadership) bool { return c.works(l.Member) })
	if err != nil {
		return err
	}
	via := leader.Member
	if via == concerned {
		if via = c.another(concerned); via == "" {
			return errLeftOver
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return try(ctx, via)
}

// another finds a voter that works, other than the one concerned.
func (c *Processes) another(concerned string) string {
	for _, name := range c.Members() {
		if name != concerned && c.votes(name) && c.works(name) {
			return name
		}
	}
	return ""
}
