package faults_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
)

// scripts is what each fault does to a model, and needs of it.
var scripts = map[string]script{
	"leader-kill": lifeOff(func(m *model) map[string]bool { return m.dead },
		func(m *model, was string) bool { return m.leader != was }),
	"leader-stop": lifeOff(func(m *model) map[string]bool { return m.dead },
		func(m *model, was string) bool { return m.changed(was)() }),
	"leader-pause": lifeOff(func(m *model) map[string]bool { return m.paused },
		func(m *model, was string) bool { return m.changed(was)() }),
	"follower-kill": lifeOff(func(m *model) map[string]bool { return m.dead },
		func(*model, string) bool { return true }),
	"follower-pause": lifeOff(func(m *model) map[string]bool { return m.paused },
		func(m *model, _ string) bool { return m.commits() }),
	"all-kill": func(_ context.Context, m *model, _ plan.Event, _ string) (*life, error) {
		back, err := m.off(m.dead, m.Members()...)
		return &life{effect: yes, undo: back, recovered: func() bool { return m.whole() && m.commits() }}, err
	},
	"rolling-restart": roll, "version-upgrade": roll, "version-downgrade": roll,
	"leader-transfer": func(_ context.Context, m *model, e plan.Event, _ string) (*life, error) {
		to, err := chaos.Resolve(m, e.To)
		return &life{effect: yes}, errors.Join(err, m.transfer(to))
	},
	"leader-transfer-storm": func(_ context.Context, m *model, _ plan.Event, _ string) (*life, error) {
		moves := 0
		return &life{effect: func() bool {
			i := slices.Index(m.members, m.leader)
			if to := m.members[(i+1)%len(m.members)]; i >= 0 && m.exchange(m.leader, to) {
				m.lead(to)
				moves++
			}
			return moves > 1
		}}, nil
	},
	"partition-leader": cutting(func(m *model, member string) [][2]string { return m.without(member) }, true),
	"partition-one-way": cutting(func(m *model,
		member string) [][2]string {
		return m.without(member)[:2*len(m.members)-2]
	}, true),
	"isolate-one": cutting(func(m *model, member string) [][2]string { return m.without(member) }, false),
	"partition-majority": cutting(func(m *model, _ string) [][2]string {
		leader, _ := m.Leader()
		return m.without(leader.Member)
	}, true),
	"partition-halves": cutting(func(m *model, _ string) [][2]string { return m.without(m.members[0]) }, false),
	"partition-bridge": cutting(func(*model, string) [][2]string { return [][2]string{{"n1", "n3"}, {"n3", "n1"}} },
		false),
	"partition-ring": cutting(func(*model,
		string) [][2]string {
		return [][2]string{{"n1", "n2"}, {"n2", "n3"}, {"n3", "n1"}}
	}, false),
	"swizzle": cutting(func(m *model, _ string) [][2]string {
		return slices.Concat(m.without("n1"), m.without("n2"))
	}, false),
	"flapping-partition": func(_ context.Context, m *model, _ plan.Event, member string) (*life, error) {
		l, err := m.cutLife(m.without(member), nil)
		if err == nil {
			l.effect = lasting(200*ms, func() bool { return m.up(member) && m.leader != "" })
		}
		return l, err
	},
	"link-latency": slowed, "link-bandwidth": slowed, "link-slow-start": slowed, "link-reset": slowed,
	"client-cut": func(ctx context.Context, m *model, e plan.Event, member string) (*life, error) {
		client := clientOf(e)
		dialling, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		if err := m.until(dialling, "a connection to "+member, func() bool { return m.reaches(client) }); err != nil {
			return nil, err
		}
		m.do(func() { m.severed[client]++ })
		return &life{effect: func() bool { return m.up(member) }, recovered: func() bool { return m.reaches(client) },
			undo: func(context.Context) error { m.do(func() { m.severed[client]-- }); return nil }}, nil
	},
	"client-half-open": func(_ context.Context, m *model, e plan.Event, _ string) (l *life, err error) {
		client := clientOf(e)
		m.do(func() {
			if !m.hasConnections(client) {
				err = fmt.Errorf("connections of %s: %w", client, errGone)
			}
			m.tear(client)
		})
		return &life{effect: yes, recovered: func() bool { return m.hasConnections(client) }}, err
	},
	"client-stranded": func(_ context.Context, m *model, e plan.Event, member string) (*life, error) {
		client, pairs := clientOf(e), m.without(member)
		held := m.held(pairs, m.leads())
		return m.cutLife(pairs, func() bool { return held() && m.reaches(client) })
	},
	"quota-exceeded": func(_ context.Context, m *model, _ plan.Event, _ string) (*life, error) {
		filled := lasting(1500*ms, func() bool { return m.full || m.commits() && m.swift() })
		return &life{effect: func() bool { m.full = m.full || filled(); return m.full },
			undo: func(ctx context.Context) error {
				return m.until(ctx, "all members to defragment",
					func() bool { m.full = m.full && !m.whole(); return !m.full })
			}}, nil
	},
	"defragment":                maintained,
	"compaction-under-watchers": maintained,
	"snapshot-save": func(_ context.Context, m *model, _ plan.Event, member string) (*life, error) {
		if !m.asks(func() bool { return m.up(member) }) {
			return nil, fmt.Errorf("the backend of %s: %w", member, errGone)
		}
		saved := lasting(300*ms, func() bool { return m.up(member) })
		return &life{effect: saved, recovered: func() bool { return m.up(member) && !m.full }}, nil
	},
	"lagging-follower": func(_ context.Context, m *model, _ plan.Event, member string) (*life, error) {
		pairs := m.without(member)
		return m.cutLife(pairs, lasting(2*time.Second, func() bool { return m.commits() && m.up(member) }))
	},
	"member-replace": absent, "member-remove": absent,
	"learner-promote": func(ctx context.Context, m *model, _ plan.Event, _ string) (*life, error) {
		joining, cancel := context.WithTimeout(ctx, chaos.Patience)
		defer cancel()
		err := m.until(joining, "a cluster to join",
			lasting(time.Second, func() bool { return m.commits() && m.whole() && m.swift() }))
		m.do(func() { m.members = append(m.members, "n4") })
		return &life{effect: func() bool { return m.exchange(m.leader, "n4") }, undo: func(ctx context.Context) error {
			err := m.until(ctx, "a commit to remove by", m.commits)
			m.do(func() { m.members = slices.DeleteFunc(m.members, func(s string) bool { return s == "n4" }) })
			return err
		}}, err
	},
	"snapshot-restore": func(_ context.Context, m *model, _ plan.Event, _ string) (*life, error) {
		if !m.asks(m.commits) {
			return nil, fmt.Errorf("write: %w", errGone)
		}
		back, err := m.off(m.dead, m.Members()...)
		time.Sleep(time.Second)
		m.do(func() { m.restored++ })
		return &life{effect: yes, recovered: m.whole}, errors.Join(err, back(context.Background()))
	},
	"lease-storm": func(_ context.Context, m *model, _ plan.Event, _ string) (*life, error) {
		var elections int
		m.do(func() { elections = m.elections })
		return m.load(lasting(3*time.Second, func() bool { return m.commits() && m.elections == elections })), nil
	},
	"watch-storm": func(_ context.Context, m *model, _ plan.Event, _ string) (*life, error) {
		return m.load(lasting(500*ms, func() bool { return m.commits() && m.whole() && m.swift() })), nil
	},
	"large-values": func(_ context.Context, m *model, _ plan.Event, _ string) (*life, error) {
		return m.load(lasting(300*ms, func() bool { return m.commits() && m.swift() })), nil
	},
	"cert-rotation": func(_ context.Context, m *model, _ plan.Event, _ string) (*life, error) {
		m.do(func() { m.tear(m.clientsOf("")...) })
		accepted := lasting(500*ms, func() bool {
			return m.whole() && !slices.ContainsFunc(m.clientsOf(""),
				func(c string) bool { return !m.hasConnections(c) })
		})
		return &life{effect: accepted}, nil
	},
	"cert-expiry": func(_ context.Context, m *model, _ plan.Event, member string) (*life, error) {
		was := m.leads()
		m.do(func() { m.refused[member] = true })
		return &life{effect: m.held(m.without(member), was), undo: func(context.Context) error {
			m.do(func() { delete(m.refused, member) })
			return nil
		}}, nil
	},
	"client-cert-expiry": func(_ context.Context, m *model, e plan.Event, member string) (*life, error) {
		client := clientOf(e)
		m.do(func() { m.refused[e.Target] = true; m.tear(client) })
		return &life{effect: lasting(200*ms, func() bool { return m.up(member) && m.severed[client] == 0 }),
			recovered: func() bool { return m.reaches(client) },
			undo:      func(context.Context) error { m.do(func() { delete(m.refused, e.Target) }); return nil }}, nil
	},
}

func TestEveryFaultHasAScript(t *testing.T) {
	for _, f := range faults.All() {
		if (scripts[f.Name] == nil) == (f.Unavailable == "") {
			t.Errorf("%s: does model_scripts_test.go say what it does to the model? %t", f.Name, scripts[f.Name] != nil)
		}
	}
}
