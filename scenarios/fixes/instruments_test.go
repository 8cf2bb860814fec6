package fixes_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
	"aftershock/scenarios/fixes/control"
	"aftershock/scenarios/fixes/null"
	nullsteady "aftershock/scenarios/fixes/null-steady"
	withinmargin "aftershock/scenarios/fixes/within-margin"
)

// instruments are all of them, and what they must find.
var instruments = []struct {
	fix    collector.Fix
	expect float64
}{{null.Fix, 0}, {nullsteady.Fix, 0}, {control.Fix, 0.5}, {withinmargin.Fix, 0.03}}

// timed builds for a millisecond, and tells how long it took at least.
type timed struct{ took time.Duration }

func (b *timed) Build(shared context.Context, into map[string]any, series []collector.Series) {
	began := clock.Now()
	for _, s := range series {
		into[s.Key] = s.Value
	}
	if shared.Err() != nil {
		into["stale"] = true
	}
	for clock.Now().Sub(began) < time.Millisecond {
	}
	b.took = clock.Now().Sub(began)
}

type board struct{ collector.Board }

func TestAnInstrumentDiffersByWhatItMustFind(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, i := range instruments {
		if i.fix.Expect != i.expect {
			t.Errorf("%s expects a change of %v, want %v", i.fix.Name, i.fix.Expect, i.expect)
		}
		for arm, c := range map[results.Arm]struct {
			change func(*collector.Seams)
			slower float64
		}{results.Before: {i.fix.Before, 0}, results.After: {i.fix.After, i.expect}} {
			inner, hangs := &timed{}, board{}
			seams := collector.Seams{Builder: inner, NewBoard: func() collector.Board { return hangs }}
			c.change(&seams)
			if same := seams.Builder == inner; same != (i.expect == 0) || seams.NewBoard() != hangs {
				t.Errorf("%s, %s: the builder is %T and the board %T", i.fix.Name, arm, seams.Builder, seams.NewBoard())
			}
			into := map[string]any{}
			began := clock.Now()
			seams.Builder.Build(cancelled, into, []collector.Series{{Key: "n1:up", Value: 1.0}})
			took := clock.Now().Sub(began)
			if least := time.Duration(float64(inner.took) * (1 + c.slower)); took < least {
				t.Errorf("%s, %s took %v, of which building was %v: at least %v are wanted",
					i.fix.Name, arm, took, inner.took, least)
			}
			if want := map[string]any{"n1:up": 1.0, "stale": true}; !maps.Equal(into, want) {
				t.Errorf("%s, %s built %v, want %v", i.fix.Name, arm, into, want)
			}
		}
	}
}

// A guard without a figure guards nothing, and an instrument has to run without a cluster.
func TestTheGuardsOfInstrumentsNeedNoCluster(t *testing.T) {
	listed := 0
	for _, f := range fixes.Registry().Fixes {
		if !f.Instrument {
			continue
		}
		listed++
		for _, g := range f.Guards {
			if g != (results.Metric{Name: "goodput", Phase: results.Steady}) && g != (results.Metric{Name: "partial"}) {
				t.Errorf("%s has the guard %s", f.Name, g)
			}
		}
	}
	if listed != len(instruments) {
		t.Errorf("%d instruments are listed, this test knows %d", listed, len(instruments))
	}
}
