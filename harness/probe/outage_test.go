package probe_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
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

func life(injected, effective, recovered int) probe.Life {
	return probe.Life{Injected: at(injected), Effective: at(effective), Recovered: at(recovered)}
}

// text is an outage in milliseconds: began, served, longest gap, sent, failed, and with which others.
func text(o probe.Outage) string {
	return fmt.Sprint(int64(o.Began)/1e6, int64(o.Served)/1e6, o.LongestGap.Milliseconds(), o.Sent, o.Failed, o.Shared)
}

func TestOutages(t *testing.T) {
	for _, c := range []struct {
		name   string
		probes []probe.Probe
		life   probe.Life
		want   string // began, served, longest gap, sent, failed
	}{
		{"no probe", nil, life(100, 110, 500), "0 0 0 0 0"},
		{"never injected", []probe.Probe{failed(100, 300)}, life(0, 0, 0), "0 0 0 0 0"},
		{"a link that nothing happens to", []probe.Probe{ok(101, 102), ok(125, 127), ok(150, 151)},
			life(100, 101, 140), "0 0 25 3 0"},
		{"probes after the success that ended it are another fault's", []probe.Probe{ok(101, 102), ok(125, 127), ok(150, 151), ok(175, 400)},
			life(100, 101, 127), "0 0 25 2 0"},
		{"an outage in which each probe fails", []probe.Probe{failed(100, 200), failed(125, 225), ok(250, 255), ok(275, 277)},
			life(100, 100, 270), "100 255 155 4 2"},
		{"it counts from the effect, and not from the probe after it",
			[]probe.Probe{failed(140, 240), failed(190, 290), ok(300, 305)},
			life(100, 110, 300), "110 305 205 3 2"},
		{"writes that wait for an election have failed as well",
			[]probe.Probe{ok(140, 700), ok(190, 700), ok(240, 700), ok(690, 701)},
			life(100, 110, 690), "110 700 600 4 0"},
		{"one that took 199 ms has not", []probe.Probe{ok(101, 300), ok(151, 300), ok(310, 311)},
			life(100, 101, 305), "0 0 200 3 0"},
		{"one that was waiting is the first to succeed", []probe.Probe{failed(100, 1100), ok(125, 900), ok(900, 902)},
			life(100, 100, 850), "100 900 800 3 1"},
		{"one from before the injection is no success of it",
			[]probe.Probe{ok(90, 130), failed(110, 120), ok(140, 150)},
			life(100, 100, 120), "100 150 30 2 1"},
		{"the harm comes later than the injection", []probe.Probe{ok(100, 101), ok(125, 126), failed(150, 1150), failed(175, 1175), ok(600, 610)},
			life(100, 140, 500), "140 610 484 5 2"},
		{"what the link serves after the effect is before the outage", []probe.Probe{ok(115, 120), ok(165, 170),
			failed(215, 300), ok(265, 350)}, life(100, 110, 350), "215 350 180 4 1"},
		{"what was under way at the effect is no success after it", []probe.Probe{ok(105, 112), failed(150, 160),
			ok(200, 210)}, life(100, 110, 200), "110 210 98 3 1"},
		{"what failed while it was prepared is not its outage",
			[]probe.Probe{failed(110, 120), ok(130, 132), failed(410, 411), failed(460, 461),
				ok(900, 905)}, life(100, 400, 900), "400 905 773 5 3"},
		{"one that had ended when its effect was seen",
			[]probe.Probe{failed(110, 120), ok(160, 500), ok(510, 511), ok(560, 561), ok(810, 811)},
			life(100, 600, 800), "110 500 400 5 1"},
		{"the link is cut for longer than the cluster is hurt", []probe.Probe{failed(100, 200), failed(300, 400), ok(700, 702), ok(725, 727)},
			life(100, 100, 300), "100 702 602 3 2"},
		{"it is never served again", []probe.Probe{ok(100, 101), failed(125, 1125), failed(150, 1150)},
			life(100, 110, 300), "110 0 1049 3 2"},
		{"the fault is never recovered from", []probe.Probe{ok(100, 101), ok(125, 126), failed(150, 1150)},
			life(100, 110, 0), "150 0 1024 3 1"},
		{"it took no effect", []probe.Probe{failed(125, 225), ok(230, 231)}, life(100, 0, 0), "100 231 131 2 1"},
		{"they are answered together", []probe.Probe{ok(100, 600), ok(125, 600), ok(150, 601)}, life(100, 101, 601),
			"100 600 500 3 0"},
		{"recovered before it was injected is over at the first success", []probe.Probe{ok(101, 102), ok(125, 126)},
			life(100, 100, 90), "0 0 2 1 0"},
		{"one that fails after its end was begun before", []probe.Probe{ok(300, 310), failed(305, 1305)},
			life(100, 110, 305), "0 0 210 2 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 { // in whatever order they are handed over
				if got := text(probe.Outages(c.probes, []probe.Life{c.life})[0]); got != c.want+" []" {
					t.Errorf("began, served, longest gap, sent, failed: %s, want %s", got, c.want)
				}
				slices.Reverse(c.probes)
			}
		})
	}
}

func TestFaultsThatOverlapShareTheirOutage(t *testing.T) {
	probes := []probe.Probe{
		ok(101, 102), failed(150, 160), failed(200, 210), failed(250, 260), ok(300, 302), ok(350, 352),
		ok(400, 402), ok(450, 452), ok(500, 502),
	}
	for _, c := range []struct {
		name  string
		lives []probe.Life
		want  string
	}{
		{"one after the other", []probe.Life{life(100, 110, 280), life(400, 410, 440)}, "110 302 200 5 3 []; 0 0 " +
			"50 2 0 []"},
		{"overlapping", []probe.Life{life(100, 130, 280), life(120, 125, 340)}, "125 302 200 6 3 [1]; 125 302 " +
			"200 6 3 [0]"},
		{"the later first", []probe.Life{life(120, 125, 340), life(100, 130, 280)}, "125 302 200 6 3 [1]; 125 " +
			"302 200 6 3 [0]"},
		{"injected before the first is served again", []probe.Life{life(100, 110, 280), life(290, 295, 310)},
			"110 302 200 6 3 [1]; 110 302 200 6 3 [0]"},
		{"in a chain", []probe.Life{life(100, 110, 280), life(200, 210, 390), life(380, 385, 440)},
			"110 302 200 8 3 [1 2]; 110 302 200 8 3 [0 2]; 110 302 200 8 3 [0 1]"},
		{"with one that took no effect", []probe.Life{life(100, 0, 280), life(120, 125, 340)},
			"125 302 200 6 3 [1]; 125 302 200 6 3 [0]"},
		{"with one that is never recovered from", []probe.Life{life(100, 110, 0), life(400, 410, 440)},
			"110 302 200 9 3 [1]; 110 302 200 9 3 [0]"},
		{"with one that was never injected", []probe.Life{life(0, 0, 0), life(100, 110, 280)},
			"0 0 0 0 0 []; 110 302 200 5 3 []"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, o := range probe.Outages(probes, c.lives) {
				got = append(got, text(o))
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Whatever was probed: an outage ends after it began, is no longer than it can be, and is one for all that share it.
func TestOutagesOfAnything(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var probes []probe.Probe
		for n := range random.IntN(40) {
			started := 50 * n
			probes = append(probes, made(started, started+1+random.IntN(1000)*random.IntN(2), random.IntN(3) > 0))
		}
		var lives []probe.Life
		for range random.IntN(4) {
			injected := 1 + random.IntN(2000)
			lives = append(lives, life(injected, (injected+random.IntN(500))*random.IntN(2),
				(injected+random.IntN(900))*random.IntN(2)))
		}
		all := probe.Outages(probes, lives)
		for i, o := range all {
			last := at(2000 + 2000)
			if o.Served != 0 && (o.Began == 0 || o.Served < o.Began) || o.Began > last || o.Failed > o.Sent ||
				o.LongestGap < 0 {
				t.Fatalf("probes %v, lives %v: %+v", probes, lives, o)
			}
			for _, other := range o.Shared {
				if one, two := o, all[other]; one.Began != two.Began || one.Served != two.Served ||
					len(one.Shared) != len(two.Shared) || other == i {
					t.Fatalf("probes %v, lives %v: %+v shares with %+v", probes, lives, one, two)
				}
			}
		}
	}
}
