package control_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"aftershock/internal/clock"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes/control"
)

// timed builds, and tells how long it took at least.
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

func TestTheAfterArmBuildsTheSameAndTakesHalfAsLongAgain(t *testing.T) {
	inner := &timed{}
	seams := collector.Seams{Builder: inner}
	control.Fix.Before(&seams)
	if seams.Builder != inner {
		t.Error("the before arm changes the builder")
	}
	control.Fix.After(&seams)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	into := map[string]any{}
	began := clock.Now()
	seams.Builder.Build(cancelled, into, []collector.Series{{Key: "n1:up", Value: 1.0}})
	took := clock.Now().Sub(began)
	if least := time.Duration(float64(inner.took) * (1 + control.Fix.Expect)); took < least {
		t.Errorf("it took %v, of which building was %v: at least %v are wanted", took, inner.took, least)
	}
	if want := map[string]any{"n1:up": 1.0, "stale": true}; !maps.Equal(into, want) {
		t.Errorf("it built %v, want %v", into, want)
	}
	if !control.Fix.Instrument || control.Fix.Expect != 0.5 {
		t.Errorf("control expects a change of %v", control.Fix.Expect)
	}
}
