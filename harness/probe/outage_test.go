package probe_test

import (
	"fmt"
	"testing"
	"time"

	"aftershock/harness/probe"
	"aftershock/internal/clock"
)

// probes are written in milliseconds: start, end, and whether it succeeded.
func ok(started, ended int) probe.Probe { return made(started, ended, true) }

func failed(started, ended int) probe.Probe { return made(started, ended, false) }

func made(started, ended int, ok bool) probe.Probe {
	return probe.Probe{Started: at(started), Ended: at(ended), OK: ok}
}

func at(ms int) clock.Nanos { return clock.Nanos(ms) * clock.Nanos(time.Millisecond) }

func TestOutageOf(t *testing.T) {
	for _, c := range []struct {
		name                string
		probes              []probe.Probe
		injected, recovered int
		want                string // first success, longest gap, sent, failed
	}{
		{"no probe", nil, 100, 500, "0 0 0 0"},
		{"a link that nothing happens to", []probe.Probe{ok(101, 102), ok(125, 127), ok(150, 151)}, 100, 140, "102 25 3 0"},
		{"probes after the success that ended it are another fault's", []probe.Probe{ok(101, 102), ok(125, 127), ok(150, 151), ok(175, 400)},
			100, 127, "102 25 2 0"},
		{"an outage in which each probe fails", []probe.Probe{failed(100, 200), failed(125, 225), ok(250, 255), ok(275, 277)},
			100, 270, "255 155 4 2"},
		{"one that was waiting is the first to succeed", []probe.Probe{failed(100, 1100), ok(125, 900), ok(900, 902)},
			100, 850, "900 800 3 1"},
		{"one from before the injection is no first success", []probe.Probe{ok(90, 130), ok(140, 150)}, 100, 120, "150 30 1 0"},
		{"the harm comes later than the injection", []probe.Probe{ok(100, 101), ok(125, 126), failed(150, 1150), failed(175, 1175), ok(600, 610)},
			100, 500, "101 484 5 2"},
		{"the link is cut for longer than the cluster is hurt", []probe.Probe{failed(100, 200), failed(300, 400), ok(700, 702), ok(725, 727)},
			100, 300, "702 602 3 2"},
		{"it is never served again", []probe.Probe{ok(100, 101), failed(125, 1125), failed(150, 1150)}, 100, 300, "101 1049 3 2"},
		{"the fault is never recovered from", []probe.Probe{ok(100, 101), ok(125, 126), failed(150, 1150)}, 100, 0, "101 1024 3 1"},
		{"they are answered together", []probe.Probe{ok(100, 600), ok(125, 600), ok(150, 601)}, 100, 601, "600 500 3 0"},
		{"recovered before it was injected is over at the first success", []probe.Probe{ok(101, 102), ok(125, 126)}, 100, 90, "102 2 1 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 { // in whatever order they are handed over
				o := probe.OutageOf(c.probes, at(c.injected), at(c.recovered))
				got := fmt.Sprint(int64(o.FirstSuccess)/1e6, o.LongestGap.Milliseconds(), o.Sent, o.Failed)
				if got != c.want {
					t.Errorf("first success, longest gap, sent, failed: %s, want %s", got, c.want)
				}
				for i, j := 0, len(c.probes)-1; i < j; i, j = i+1, j-1 {
					c.probes[i], c.probes[j] = c.probes[j], c.probes[i]
				}
			}
		})
	}
}
