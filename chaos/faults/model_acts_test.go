package faults_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

func yes() bool { return true }

// leads gives who led last.
func (m *model) leads() (leader string) {
	m.do(func() { leader = m.leader })
	return leader
}

// asks asks once.
func (m *model) asks(cond func() bool) (met bool) {
	m.do(func() { met = cond() })
	return met
}

// swift tells whether nothing slows the members' links down.
func (m *model) swift() bool {
	for _, n := range m.slow {
		if n > 0 {
			return false
		}
	}
	return true
}

// lifeOff is the life of a member that is gone or suspended.
func lifeOff(how func(*model) map[string]bool, effect func(m *model, was string) bool) script {
	return func(_ context.Context, m *model, _ plan.Event, member string) (*life, error) {
		was := m.leads()
		back, err := m.off(how(m), member)
		return &life{effect: func() bool { return effect(m, was) }, undo: back}, err
	}
}

// roll restarts one member after the other, and has to be through when it is healed.
func roll(ctx context.Context, m *model, _ plan.Event, _ string) (*life, error) {
	through := make(chan error, 1)
	go func() {
		for _, member := range m.Members() {
			back, err := m.off(m.dead, member)
			if err == nil {
				err = back(ctx)
			}
			rolling, cancel := context.WithTimeout(ctx, chaos.Patience)
			if err == nil {
				err = m.until(rolling, member+" to follow", m.whole)
			}
			cancel()
			if err != nil {
				through <- err
				return
			}
		}
		through <- nil
	}()
	return &life{effect: yes, undo: func(context.Context) error {
		select {
		case err := <-through:
			return err
		default:
			return errors.New("the round is not through")
		}
	}}, nil
}

// transfer hands leadership over to a member that is there.
func (m *model) transfer(to string) (err error) {
	m.do(func() {
		if m.leader == to || !m.exchange(m.leader, to) {
			err = fmt.Errorf("hand over to %q: %w", to, errGone)
			return
		}
		m.lead(to)
	})
	return err
}

// cutting is the life of a partition. One that deposes the leader is seen when another one leads.
func cutting(pairs func(m *model, member string) [][2]string, deposes bool) script {
	return func(_ context.Context, m *model, _ plan.Event, member string) (*life, error) {
		was := m.leads()
		cut := pairs(m, member)
		effect := m.held(cut, was)
		if deposes {
			effect = m.changed(was)
		}
		return m.cutLife(cut, effect)
	}
}

// slowed is the life of a fault of the links of a member, with its peers or with its clients.
func slowed(_ context.Context, m *model, e plan.Event, member string) (l *life, err error) {
	passes := func() bool {
		return slices.ContainsFunc(m.members,
			func(other string) bool { return other != member && m.exchange(member, other) })
	}
	again := func() bool { // all links have to be there anew after a reset
		return !slices.ContainsFunc(m.members, func(other string) bool { return !m.exchange(member, other) })
	}
	shapes, clients := []string{member}, []string(nil)
	if e.Params["on"] == "clients" {
		shapes, clients = nil, m.clientsOf(member)
		passes = func() bool {
			return slices.ContainsFunc(clients, m.hasConnections)
		}
		again = func() bool {
			return !slices.ContainsFunc(clients,
				func(c string) bool { return !m.hasConnections(c) })
		}
		if len(clients) == 0 {
			return nil, fmt.Errorf("clients of %s: %w", member, errGone)
		}
	}
	shape := func(by int) {
		m.do(func() {
			for _, s := range shapes {
				m.slow[s] += by
			}
		})
	}
	l = &life{effect: passes, recovered: passes, undo: func(context.Context) error { shape(-1); return nil }}
	if e.Fault == "link-reset" || e.Fault == "link-slow-start" {
		if !m.asks(passes) {
			return nil, fmt.Errorf("connections of %s: %w", member, errGone)
		}
		m.do(func() { m.tear(clients...) })
	}
	if e.Fault == "link-reset" {
		return &life{effect: yes, recovered: again}, nil
	}
	shape(1)
	return l, nil
}

// maintained is the life of work on the backends, which every member has to be there for.
func maintained(_ context.Context, m *model, _ plan.Event, _ string) (*life, error) {
	done := lasting(time.Second, func() bool { return m.commits() && m.whole() && m.swift() })
	return &life{effect: done}, nil
}

// absent is the life of a member that is no member for a while.
func absent(ctx context.Context, m *model, _ plan.Event, member string) (*life, error) {
	removing, cancel := context.WithTimeout(ctx, chaos.Patience)
	defer cancel()
	if !m.asks(func() bool { return m.up(member) }) {
		return nil, fmt.Errorf("%s: %w", member, errGone)
	}
	was := m.Members()
	m.do(func() { m.dead[member] = true })
	if err := m.until(removing, "a commit to remove by", m.commits); err != nil {
		return nil, err
	}
	m.do(func() { m.members = slices.DeleteFunc(m.members, func(s string) bool { return s == member }) })
	return &life{effect: m.commits, undo: func(ctx context.Context) error {
		if err := m.until(ctx, "a commit to add by", m.commits); err != nil {
			return err
		}
		time.Sleep(time.Second)
		m.do(func() { m.members = was; delete(m.dead, member) })
		return nil
	}}, nil
}
