package faults_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// briefly waits for a fault's effect, and not for long.
func briefly(t *testing.T, ongoing chaos.Ongoing) (chaos.Sight, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 50*ms)
	defer cancel()
	return ongoing.Effective(ctx)
}

func TestAClientCutHoldsWhatTheClientSends(t *testing.T) {
	f, dial := talking(t)
	c := dial()
	cut := plan.Event{Fault: "client-cut", Target: "client.collector", Params: plan.Params{"only": "any"}}
	ongoing, err := inject(t, f, cut)
	if err != nil {
		t.Fatal(err)
	}
	link := f.Links["collector"]
	if !link.Up.Held() || !link.Down.Held() {
		t.Error("the link is open")
	}
	if sight, err := briefly(t, ongoing); err == nil {
		t.Errorf("the client has said nothing, and the cut is effective: %q", sight.Saw)
	}
	if again, err := inject(t, f, cut); err == nil || again != nil ||
		!strings.HasSuffix(err.Error(), "are cut already") {
		t.Errorf("a second cut: %v, %v", again, err)
	}
	if _, err := c.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	live(t, ongoing)
	if link.Up.Held() || link.Down.Held() {
		t.Error("the link is still cut after the heal")
	}
	if _, err := ongoing.Recovered(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Error(err)
	}
}

// A reset hurts who finds its connection gone, and shows that by making another.
func TestAResetThatNoOneFeelsIsWithoutEffect(t *testing.T) {
	f, dial := talking(t)
	dial()
	ongoing, err := inject(t, f, plan.Event{Fault: "link-reset", Target: "n2", Params: plan.Params{"on": "clients"}})
	if err != nil {
		t.Fatal(err)
	}
	if sight, err := briefly(t, ongoing); err == nil || !strings.Contains(err.Error(), "no one felt it") {
		t.Errorf("no one has connected anew: %q, %v", sight.Saw, err)
	}
	dial()
	live(t, ongoing)
}

func TestAHalfOpenConnectionSwallowsUntilItIsReset(t *testing.T) {
	f, dial := talking(t)
	c := dial()
	ongoing, err := inject(t, f, plan.Event{Fault: "client-half-open", Target: "client.collector"})
	if err != nil {
		t.Fatal(err)
	}
	if sight, err := briefly(t, ongoing); err == nil {
		t.Errorf("the client has said nothing, and is hurt: %q", sight.Saw)
	}
	if _, err := c.Write([]byte("lost")); err != nil {
		t.Errorf("the client was told: %v", err)
	}
	link := f.Links["collector"]
	for link.Swallowed() < 4 {
		time.Sleep(ms)
	}
	live(t, ongoing)
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("a half-open connection was answered")
	}
	dial()
	whole, err := ongoing.Recovered(t.Context())
	if err != nil || !strings.Contains(whole.Saw, "4 bytes were lost") {
		t.Errorf("recovered: %q, %v", whole.Saw, err)
	}
}
