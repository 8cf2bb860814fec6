package faults_test

import (
	"context"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

const ms = time.Millisecond

var after = chaostest.After

// inject finds a fault and injects it.
func inject(t *testing.T, target chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	t.Helper()
	fault, err := faults.Find(e.Fault)
	if err != nil {
		t.Fatal(err)
	}
	return fault.Inject(t.Context(), target, e)
}

// observed is a condition on how long after something a moment was, in the words of a table: "5ms", or "none".
func observed(since clock.Nanos, wait func(context.Context) (chaos.Sight, error)) string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	sight, err := wait(ctx)
	if err != nil {
		return "none"
	}
	return sight.At.Sub(since).String()
}
