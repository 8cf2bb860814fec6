package article

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"aftershock/scenarios/article/claims"

	"github.com/google/pprof/profile"
)

// errShare is the probe of how much of the CPU time of a map's loop goes into Err() of a cancelled context, and how
// much of it is left once the loop is detached.
const errShare = "err-share"

const (
	shareTime = 700 * time.Millisecond // of a loop: 70 samples, of which Err has about half
	shareKeys = 1000
	// vanished is the fall from which on Err counts as gone.
	vanished = 0.9
)

// probeShare profiles the loop that asks the context for each key, under a cancelled context and under what
// WithoutCancel makes of it. No other profile may be under way in this process.
func probeShare() claims.Probe {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	asked, err := shareOfErr(cancelled)
	if err != nil {
		return claims.Probe{Name: errShare, Says: "no CPU profile: " + err.Error(), Failed: true}
	}
	detached, err := shareOfErr(context.WithoutCancel(cancelled))
	if err != nil {
		return claims.Probe{Name: errShare, Says: "no CPU profile: " + err.Error(), Failed: true}
	}
	return judgeShare(asked, detached)
}

// judgeShare is the probe's finding from the shares of the CPU time, of 1.
func judgeShare(asked, detached float64) claims.Probe {
	p := claims.Probe{Name: errShare}
	if asked == 0 {
		p.Says = "Err() of a cancelled context has no share of the CPU time of a loop that fills a map"
		return p
	}
	fall := 1 - detached/asked
	p.Shows = fall >= vanished
	p.Says = fmt.Sprintf("Err() of a cancelled context has %.1f %% of the CPU time of a loop that fills a map, "+
		"and %.1f %% once it is "+
		"detached by WithoutCancel: %+.1f %%", 100*asked, 100*detached, -100*fall)
	return p
}

// shareOfErr fills a map again and again and asks ctx for each key; it gives the share of the profile's samples
// that have the Err of a context that can be cancelled on their stack.
func shareOfErr(ctx context.Context) (float64, error) {
	names := make([]string, shareKeys)
	for i := range names {
		names[i] = fmt.Sprintf("series-%d", i)
	}
	var file bytes.Buffer
	if err := pprof.StartCPUProfile(&file); err != nil {
		return 0, err
	}
	built := make(map[string]any, len(names))
	for began := time.Now(); time.Since(began) < shareTime; {
		fillMap(ctx, built, names)
	}
	pprof.StopCPUProfile()
	p, err := profile.ParseData(file.Bytes())
	if err != nil {
		return 0, err
	}
	return shareWith(p)
}

//go:noinline
func fillMap(ctx context.Context, built map[string]any, names []string) {
	clear(built)
	for _, name := range names {
		built[name] = ctx.Err() == nil
	}
}

// shareWith is the share of the samples below fillMap that have a cancelCtx's Err on their stack: what else the
// process did meanwhile does not count.
func shareWith(p *profile.Profile) (float64, error) {
	var all, with int64
	for _, s := range p.Sample {
		if !has(s, "article.fillMap") {
			continue
		}
		all += s.Value[0]
		if has(s, "context.(*cancelCtx).Err") {
			with += s.Value[0]
		}
	}
	if all == 0 {
		return 0, fmt.Errorf("it has no sample of the loop in %s", shareTime)
	}
	return float64(with) / float64(all), nil
}

func has(s *profile.Sample, function string) bool {
	return slices.ContainsFunc(s.Location, func(l *profile.Location) bool {
		return slices.ContainsFunc(l.Line,
			func(line profile.Line) bool { return strings.HasSuffix(line.Function.Name, function) })
	})
}
