package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/profile"
	"aftershock/results/report"
)

// shareChange changed in all of four pairs, give or take the width.
func shareChange(before, after, width float64) profile.Share {
	return profile.Share{
		Before: before, After: after, Change: after - before, Low: after - before - width, High: after - before + width,
		Interval: true, Same: 4,
	}
}

// sampleProfile has a window with everything, one in which nothing is clear, one of a single pair, and a fix without any.
func sampleProfile() profile.Comparison {
	return profile.Comparison{Schema: profile.Schema, Run: sampleRun(), Fixes: []profile.Fix{
		{Name: "improved-fix", Pairs: 5, Windows: []profile.Window{
			{
				Name: results.InFault, Pairs: []int{2, 1, 3, 4}, Before: profile.Side{CPU: 8880 * time.Millisecond, Samples: 888},
				After: profile.Side{CPU: 9180 * time.Millisecond, Samples: 918}, Functions: []profile.Function{
					{Name: "aftershock/scenarios/fixes/context-isolation.before.Build", With: shareChange(0.717, 0, 0.08), Self: shareChange(0.035, 0, 0.01)},
					{Name: "context.(*cancelCtx).Err", With: shareChange(0.251, 0.002, 0.064), Self: shareChange(0.009, 0.002, 0.013)},
					{Name: "runtime.mapassign_faststr", With: shareChange(0.443, 0.619, 0.242), Self: shareChange(0.078, 0.141, 0.054)},
					{Name: "runtime.lock", With: shareChange(0.118, 0, 0.016)},
					{Name: "go.etcd.io/etcd/client/v3.(*kv[go.etcd.io/x.Key]).Do", With: shareChange(0.06, 0.01, 0.01)},
					{Name: "load.(*lane).run", With: shareChange(0.8, 0.7, 0.3)},
				},
			},
			{
				Name: results.Recovery, Pairs: []int{1, 2}, Before: profile.Side{CPU: 970 * time.Millisecond, Samples: 97},
				After: profile.Side{CPU: 1110 * time.Millisecond, Samples: 111}, Functions: []profile.Function{
					{Name: "runtime.futex", With: shareChange(0, 0.063, 0.22), Self: shareChange(0, 0.063, 0.22)},
				},
			},
		}},
		{Name: "one-pair", Pairs: 1, Windows: []profile.Window{
			{
				Name: results.Steady, Pairs: []int{1}, Before: profile.Side{CPU: 2 * time.Second, Samples: 200},
				After: profile.Side{CPU: 2 * time.Second, Samples: 200}, Functions: []profile.Function{
					{Name: "runtime.gopanic", With: profile.Share{Before: 0.175, Change: -0.175, Same: 1}},
				},
			},
			{Name: results.ProfiledCalm},
		}},
		{Name: "crashed-fix", Pairs: 3},
	}}
}

func TestProfileIsNotTooWide(t *testing.T) {
	var text bytes.Buffer
	if err := report.Profile(&text, sampleProfile(), 20); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text.String()) {
		if len(line) > 165 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

func TestTopOfAProfile(t *testing.T) {
	var text bytes.Buffer
	if err := report.Profile(&text, sampleProfile(), 2); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"context.(*cancelCtx).Err", "3 more, with smaller changes (--top)", "no change as well: 1"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "mapassign") {
		t.Errorf("more than two are listed:\n%s", text.String())
	}
}
