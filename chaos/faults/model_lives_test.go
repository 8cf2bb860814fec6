package faults_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// life is a scripted fault: what has to be seen for it to have its effect, what undoes it, and what has to be seen
// then.
type life struct {
	m         *model
	effect    func() bool
	undo      func(context.Context) error
	recovered func() bool
	healed    bool
}

func (l *life) Resolved() map[string]string { return nil }

func (l *life) Effective(ctx context.Context) (chaos.Sight, error) {
	return chaos.Sight{At: clock.Now(), Saw: "it"}, l.m.until(ctx, "the effect", l.effect)
}

func (l *life) Heal(ctx context.Context) error {
	if l.healed || l.undo == nil {
		return nil
	}
	err := l.undo(ctx)
	l.healed = err == nil
	return err
}

func (l *life) Recovered(ctx context.Context) (chaos.Sight, error) {
	return chaos.Sight{At: clock.Now()}, l.m.until(ctx, "the recovery", l.recovered)
}

// script makes a life of an event, with its member or members resolved.
type script func(ctx context.Context, m *model, e plan.Event, member string) (*life, error)

// scripted is the catalogue with scripted lives on a model. The rules are the catalogue's own.
func scripted(m *model) func(string) (chaos.Fault, error) {
	return func(name string) (chaos.Fault, error) {
		fault, err := faults.Find(name)
		if err != nil {
			return fault, err
		}
		act := scripts[name]
		fault.Inject = func(ctx context.Context, _ chaos.Target, e plan.Event) (chaos.Ongoing, error) {
			member, err := m.resolve(fault.FaultRule, e)
			if err != nil {
				return nil, err
			}
			l, err := act(ctx, m, e, member)
			if err != nil {
				return nil, err
			}
			l.m = m
			if l.recovered == nil {
				l.recovered = m.whole
			}
			return l, nil
		}
		return fault, nil
	}
}

// resolve finds the member, as the faults themselves do. One that no majority has among its members is nowhere.
func (m *model) resolve(r plan.FaultRule, e plan.Event) (member string, err error) {
	switch {
	case r.Aim == plan.AtCluster:
		if _, ok := m.Leader(); !ok && slices.Contains(r.Takes, plan.Quorum) {
			return "", chaos.ErrNoLeader
		}
		return "", nil
	case r.Role == plan.Leads || e.Params["only"] == "leader":
		member, _, err = faults.ResolveLeader(m, e.Target)
	case r.Role == plan.Follows:
		member, _, err = faults.ResolveFollower(m, e.Target)
	default:
		member, err = chaos.Resolve(m, e.Target)
	}
	return member, err
}

// off takes members away, and gives what brings them back.
func (m *model) off(how map[string]bool, members ...string) (back func(context.Context) error, err error) {
	m.do(func() {
		for _, member := range members {
			if !m.up(member) {
				err = fmt.Errorf("%s: %w", member, errGone)
			}
			how[member] = true
		}
	})
	return func(context.Context) error {
		if m.asks(func() bool { return m.dead[members[0]] }) {
			time.Sleep(startFor)
		}
		m.do(func() {
			for _, member := range members {
				delete(how, member)
			}
		})
		return nil
	}, err
}

// changed is a condition: another member leads than before.
func (m *model) changed(was string) func() bool {
	return func() bool { return m.leader != was && m.leader != "" }
}

func (m *model) cutLife(pairs [][2]string, effect func() bool) (*life, error) {
	if _, ok := m.Leader(); !ok {
		return nil, chaos.ErrNoLeader
	}
	m.cut(pairs, 1)
	return &life{effect: effect, undo: func(context.Context) error { m.cut(pairs, -1); return nil }}, nil
}

// without is the pairs of a member with all others, both ways.
func (m *model) without(member string) (pairs [][2]string) {
	for _, other := range m.Members() {
		if other != member {
			pairs = append(pairs, [2]string{member, other}, [2]string{other, member})
		}
	}
	return pairs
}

// held is a condition: the members' links hold bytes up for an election time-out, or one of them has another leader.
func (m *model) held(pairs [][2]string, was string) func() bool {
	waiting := lasting(electionFor, func() bool {
		return slices.ContainsFunc(pairs, func(p [2]string) bool { return m.up(p[0]) && m.up(p[1]) })
	})
	return func() bool { return waiting() && (m.leader != was || m.leader != "") }
}

// clientsOf lists the clients of a member, or all.
func (m *model) clientsOf(member string) (all []string) {
	for client, at := range m.pins {
		if at == member || member == "" {
			all = append(all, client)
		}
	}
	return all
}

func (m *model) tear(clients ...string) {
	for _, c := range clients {
		m.torn[c] = time.Now()
	}
}

// load is the life of what writes all the time.
func (m *model) load(effect func() bool) *life {
	var restored int
	m.do(func() { restored = m.restored })
	return &life{
		effect: func() bool { return m.restored == restored && effect() },
		undo: func(ctx context.Context) error {
			return m.until(ctx, "a commit to delete by", func() bool { return m.leader != "" && m.majority(m.leader) })
		},
		recovered: func() bool { return m.restored == restored && m.commits() },
	}
}

func clientOf(e plan.Event) string { return strings.TrimPrefix(e.Target, "client.") }
