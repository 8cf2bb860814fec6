package faults_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"aftershock/chaos"
)

// model is a cluster that knows who is dead, paused and cut off, who leads for that, and which clients are
// connected. It knows no rules of plans: what a scripted fault needs has to be there when it acts, or the fault
// fails as on a real cluster. Time is synthetic.
type model struct {
	chaos.Target // nil: the scripted lives act on the model itself

	mu      sync.Mutex
	members []string
	pins    map[string]string // client -> the member that it is pinned to

	dead, paused map[string]bool
	cuts         map[[2]string]int // from, to -> how many cut it
	slow         map[string]int    // member -> shapes on its links with peers
	severed      map[string]int    // client -> cuts of its link
	refused      map[string]bool   // member or client.<name> -> its certificate has expired
	full         bool              // writes are refused

	leader    string
	led       time.Time // when the leader last exchanged messages with a majority
	elections int
	restored  int
	connected map[string]time.Time // client -> since when it could be connected; none: it cannot
	torn      map[string]time.Time // client -> when its connections were last lost
}

// The model's times, as they were seen with an election time-out of 500 ms on a machine that is not too busy.
const (
	tick        = 40 * time.Millisecond
	electionFor = 500 * time.Millisecond
	startFor    = 400 * time.Millisecond
	connectFor  = 300 * time.Millisecond
)

func newModel(pins map[string]string) *model {
	return &model{
		members: []string{"n1", "n2", "n3"}, pins: pins, leader: "n1", led: time.Now(),
		dead: map[string]bool{}, paused: map[string]bool{}, cuts: map[[2]string]int{}, slow: map[string]int{},
		severed: map[string]int{}, refused: map[string]bool{},
		connected: map[string]time.Time{}, torn: map[string]time.Time{},
	}
}

// run keeps raft and the clients going until ctx is done.
func (m *model) run(ctx context.Context) {
	for ctx.Err() == nil {
		m.do(m.step)
		time.Sleep(tick)
	}
}

func (m *model) do(act func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	act()
}

func (m *model) step() {
	now := time.Now()
	switch {
	case m.leader != "" && m.majority(m.leader):
		m.led = now
	case now.Sub(m.led) > electionFor:
		m.leader = ""
		for _, candidate := range m.members {
			if m.majority(candidate) {
				m.lead(candidate)
				break
			}
		}
	}
	for client := range m.pins {
		if _, was := m.connected[client]; m.reaches(client) != was {
			delete(m.connected, client)
			if !was {
				m.connected[client] = now
			}
		}
	}
}

func (m *model) lead(member string) {
	m.leader, m.led = member, time.Now()
	m.elections++
}

func (m *model) up(member string) bool {
	return !m.dead[member] && !m.paused[member] && slices.Contains(m.members, member)
}

// exchange tells whether two members hear each other.
func (m *model) exchange(a, b string) bool {
	return m.up(a) && m.up(b) && (a == b || m.cuts[[2]string{a, b}]+m.cuts[[2]string{b, a}] == 0 && !m.refused[a] &&
		!m.refused[b])
}

func (m *model) majority(member string) bool {
	n := 0
	for _, other := range m.members {
		if m.exchange(member, other) {
			n++
		}
	}
	return n > len(m.members)/2
}

// commits tells whether a write of a few bytes is committed.
func (m *model) commits() bool { return m.leader != "" && m.majority(m.leader) && !m.full }

// whole tells whether every member answers and follows.
func (m *model) whole() bool {
	for _, member := range m.members {
		if m.leader == "" || !m.exchange(m.leader, member) {
			return false
		}
	}
	return true
}

// reaches tells whether a client can be connected to its member.
func (m *model) reaches(client string) bool {
	return m.up(m.pins[client]) && m.severed[client] == 0 && !m.refused[m.pins[client]] && !m.refused["client."+client]
}

// hasConnections tells whether a client is connected, which takes it a moment each time.
func (m *model) hasConnections(client string) bool {
	since, can := m.connected[client]
	if torn := m.torn[client]; torn.After(since) {
		since = torn
	}
	return can && time.Since(since) >= connectFor
}

func (m *model) Members() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.members)
}

func (m *model) Leader() (chaos.Leadership, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return chaos.Leadership{Member: m.leader, Term: uint64(m.elections) + 1}, m.leader != "" && m.majority(m.leader)
}

func (m *model) Pinned(client string) (string, bool) {
	member, ok := m.pins[client]
	return member, ok
}

func (m *model) cut(pairs [][2]string, by int) {
	m.do(func() {
		for _, p := range pairs {
			m.cuts[p] += by
		}
	})
}

var errGone = errors.New("nothing of it is there")

// until waits for a condition.
func (m *model) until(ctx context.Context, what string, cond func() bool) error {
	for {
		met := false
		m.do(func() { met = cond() })
		if met {
			return nil
		}
		select {
		case <-time.After(tick):
		case <-ctx.Done():
			return errors.Join(errors.New("not seen: "+what), context.Cause(ctx))
		}
	}
}

// lasting is a condition that has to hold without a break for so long.
func lasting(d time.Duration, cond func() bool) func() bool {
	var since time.Time
	return func() bool {
		switch {
		case !cond():
			since = time.Time{}
		case since.IsZero():
			since = time.Now()
		}
		return !since.IsZero() && time.Since(since) >= d
	}
}
