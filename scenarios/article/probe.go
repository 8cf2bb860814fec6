package article

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"aftershock/scenarios/article/claims"
)

// errOnCancelled is the probe that claims about a cancelled context depend on. cancelCtx.Err receives from the closed Done
// channel, and so takes the channel's lock, in Go 1.26; in 1.25.0 it does not, and up to 1.24 every Err takes a mutex,
// cancelled or live. A run on one of those shows no defect, and says nothing against a claim about another.
//
// context/context.go, golang/go#80914
const errOnCancelled = "err-on-cancelled"

const (
	probeRounds = 21
	probeCalls  = 20_000
	// costly is how many times what it costs on a live context Err has to cost on a cancelled one: about 7 with Go 1.26.8,
	// and about 1 where both take the same way.
	costly = 2.0
)

// probes finds out about the Go in use, before the first run.
func probes() []claims.Probe {
	live, stop := context.WithCancel(context.Background())
	defer stop()
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	return []claims.Probe{judgeErr(fastest(live, cancelled)), probeShare()}
}

// judgeErr is the probe's finding from the time of a call on a live and on a cancelled context.
func judgeErr(live, cancelled time.Duration) claims.Probe {
	p := claims.Probe{Name: errOnCancelled, Shows: float64(cancelled) >= costly*float64(live)}
	p.Says = fmt.Sprintf("Err() takes %.1f ns on a cancelled context and %.1f ns on a live one with %s",
		perCall(cancelled), perCall(live), runtime.Version())
	if !p.Shows {
		p.Says += ", so the receive that the claim is about is not in this Go"
	}
	return p
}

func perCall(d time.Duration) float64 { return float64(d.Nanoseconds()) / probeCalls }

// fastest times probeCalls calls of Err on each, in rounds that alternate: the fastest round is the one that the machine
// disturbed least.
func fastest(live, cancelled context.Context) (a, b time.Duration) {
	for range probeRounds {
		first, second := ask(live), ask(cancelled)
		if a == 0 || first < a {
			a = first
		}
		if b == 0 || second < b {
			b = second
		}
	}
	return max(a, 1), max(b, 1)
}

func ask(ctx context.Context) time.Duration {
	var err error
	began := time.Now()
	for range probeCalls {
		err = ctx.Err()
	}
	took := time.Since(began)
	runtime.KeepAlive(err)
	return took
}
