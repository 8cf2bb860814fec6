package service

import (
	"context"
	"net/http"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/ops"
)

// Another worker drives the program, counts with the first, and leaves it running.
func TestAnotherWorkerJoins(t *testing.T) {
	b := newBed(t)
	target := testTarget("serves")
	target.Requests["echo"] = Request{
		Method: http.MethodGet, URL: "http://127.0.0.1:{port}/echo?n={{.N}}",
		JSON: map[string]string{"n": "{{.Mod 4}}"},
	}
	w := workload{target, results.Before}
	first := started(t, target, b)
	joined, err := w.Join(t.Context(), b.Env, w.At(first))
	if err != nil {
		t.Fatal(err)
	}
	for n, s := range []harness.Service{joined, first, joined, first, first, joined} {
		want := ops.NoReason
		if n > 3 { // 4 mod 4 is not what comes back
			want = ops.Error
		}
		if got := outcome(s, "echo", n, 10*time.Second); got != want {
			t.Errorf("operation %d: %v, want %v", n, got, want)
		}
	}
	if err := joined.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	if got := outcome(first, "echo", 2, 10*time.Second); got != ops.NoReason {
		t.Errorf("once the other has left: %v", got)
	}
	stopped(t, first, b)
	if got := b.counters[answersWrong].Load(); got != 2 {
		t.Errorf("%d wrong answers, want 2 of both", got)
	}
	if _, err := w.Join(t.Context(), b.Env, "nowhere"); err == nil {
		t.Error("a service that is nowhere was joined")
	}
}
