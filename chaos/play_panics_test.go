package chaos_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// clumsy is a fault that panics at one point of its life, and is healed after so many failures.
type clumsy struct {
	panics string
	fails  int
	did    []string
}

func (c *clumsy) act(what string) {
	c.did = append(c.did, what)
	if c.panics == what {
		panic("clumsy " + what)
	}
}

func (c *clumsy) Resolved() map[string]string { return nil }

func (c *clumsy) Effective(context.Context) (chaos.Sight, error) {
	c.act("effective")
	return chaos.Sight{At: clock.Now(), Saw: "it hurts"}, nil
}

func (c *clumsy) Heal(context.Context) error {
	c.act("heal")
	if c.fails > 0 {
		c.fails--
		return errors.New("stuck")
	}
	return nil
}

func (c *clumsy) Recovered(context.Context) (chaos.Sight, error) {
	c.act("recovered")
	return chaos.Sight{At: clock.Now()}, nil
}

// What means to hurt no one is done, and never said to be effective.
func TestAHarmlessFaultIsDoneAndNotEffective(t *testing.T) {
	for harmless, want := range map[bool]chaos.Stage{false: chaos.Effective, true: chaos.Done} {
		synctest.Test(t, func(t *testing.T) {
			fault := chaos.Fault{Harmless: harmless,
				Inject: func(context.Context, chaos.Target, plan.Event) (chaos.Ongoing, error) {
					return &clumsy{}, nil
				}}
			var stages []chaos.Stage
			err := chaos.Play(t.Context(), clock.Now(), []plan.Event{{ID: "e1"}}, chaostest.New(),
				func(string) (chaos.Fault, error) {
					return fault,
						nil
				}, func(m chaos.Moment) { stages = append(stages, m.Stage) })
			if all := []chaos.Stage{chaos.Injected, want, chaos.Healed, chaos.Recovered}; err != nil ||
				!slices.Equal(stages, all) {
				t.Errorf("harmless %t: %q, %v", harmless, stages, err)
			}
		})
	}
}

// A panic in a fault would end the orchestrator, and with it the heals of all others.
func TestAPanicIsAFaultsFailureAndIsHealed(t *testing.T) {
	for _, c := range []struct {
		name     string
		fault    clumsy
		did      []string
		err      string
		unhealed bool
	}{
		{"none", clumsy{}, []string{"inject", "effective", "heal", "recovered"}, "", false},
		{"inject", clumsy{panics: "inject"}, []string{"inject"}, "not injected: panic: clumsy inject", true},
		{"effective", clumsy{panics: "effective"}, []string{"inject", "effective", "heal"}, "panic: clumsy effective",
			false},
		{"heal", clumsy{panics: "heal"}, []string{"inject", "effective", "heal", "heal", "heal"},
			"not healed: panic: clumsy heal", true},
		{"recovered", clumsy{panics: "recovered"}, []string{"inject", "effective", "heal", "recovered"},
			"panic: clumsy recovered", false},
		{"a heal that works in the end", clumsy{fails: 2},
			[]string{"inject", "effective", "heal", "heal", "heal", "recovered"}, "", false},
		{"a heal that never works", clumsy{fails: 9}, []string{"inject", "effective", "heal", "heal", "heal"},
			"not healed: stuck", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fault := chaos.Fault{
					FaultRule: plan.FaultRule{Name: "clumsy", Held: true},
					Inject: func(context.Context, chaos.Target, plan.Event) (chaos.Ongoing, error) {
						c.fault.act("inject")
						return &c.fault, nil
					},
				}
				find := func(string) (chaos.Fault, error) { return fault, nil }
				events := []plan.Event{{ID: "e1", Fault: "clumsy", For: time.Second}}
				var failed []chaos.Moment
				err := chaos.Play(t.Context(), clock.Now(), events, chaostest.New(), find, func(m chaos.Moment) {
					if m.Stage == chaos.Failed {
						failed = append(failed, m)
					}
				})
				if !slices.Equal(c.fault.did, c.did) {
					t.Errorf("did %q, want %q", c.fault.did, c.did)
				}
				if (err == nil) != (c.err == "") || (err != nil && !strings.Contains(err.Error(), c.err)) {
					t.Errorf("error %v, want %q", err, c.err)
				}
				if errors.Is(err, chaos.ErrUnhealed) != c.unhealed || (len(failed) == 1) != (err != nil) {
					t.Errorf("error %v, recorded as %+v; unhealed: want %v", err, failed, c.unhealed)
				}
			})
		})
	}
}
