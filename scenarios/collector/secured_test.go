package collector_test

import (
	"strings"
	"testing"
	"time"

	"aftershock/harness/cluster"
	"aftershock/internal/slow"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
)

func TestTheServiceShowsItsCertificate(t *testing.T) {
	slow.Alone(t)
	c, err := cluster.StartEmbedded(t.Context(), cluster.Config{
		Members: 1, Tick: 10 * time.Millisecond, Election: 100 * time.Millisecond, DataRoot: t.TempDir(), TLS: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := around(t, c, "n1")
	if s.TLS, err = c.ClientTLS("collector").Config(); err != nil {
		t.Fatal(err)
	}
	service := start(t, s, repaired())
	if !service.Batch() {
		t.Fatal("a batch is not complete")
	}
	if op := publish(service, 10*time.Second); op.Reason != ops.NoReason {
		t.Errorf("%+v", op)
	}
	s = around(t, c, "n1")
	if service, err := collector.New(repaired()).Start(t.Context(), s.Env); err == nil || !strings.Contains(err.Error(), "register") {
		t.Errorf("without its certificate: service %v, error %v", service, err)
	}
}
