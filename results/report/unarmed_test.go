package report

import (
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/summary"
)

// struck is a kind of fault under which a client that knows one endpoint, and one that knows all, were out for so long;
// 0 for not at all, and less for to the end.
func struck(fault string, one, every time.Duration) summary.UnarmedOutage {
	link := func(client string, d time.Duration) summary.LinkSpread {
		l := summary.LinkSpread{Client: client, Out: 2, Outage: summary.Spread{N: 2, Min: d, Median: d, Max: d}}
		l.LongestGap = l.Outage
		switch {
		case d == 0:
			l.Out, l.Outage = 0, summary.Spread{}
		case d < 0:
			l.Outage, l.LongestGap = summary.Spread{}, summary.Spread{}
		}
		return l
	}
	return summary.UnarmedOutage{Fault: fault, Anatomy: summary.Anatomy{Faults: 2, Links: []summary.LinkSpread{
		link(summary.OneEndpoint, one), link(summary.EveryEndpoint, every),
	}}}
}

func TestTheSentenceIsAboutTheWorstFault(t *testing.T) {
	const ms = time.Millisecond
	kill, cut := struck("leader-kill", 3500*ms, 600*ms), struck("client-cut", 4000*ms, 0)
	for name, c := range map[string]struct {
		all  []summary.UnarmedOutage
		want string
	}{
		"two": {[]summary.UnarmedOutage{cut, kill},
			"Under leader-kill your clients cannot write for 600 ms, or for 3.5 s if they know one endpoint."},
		"a client's": {[]summary.UnarmedOutage{cut}, "Under client-cut your clients can write throughout if " +
			"they know every endpoint, and cannot write for 4 s if they know one."},
		"to the end": {[]summary.UnarmedOutage{kill, struck("all-kill", -1, -1)}, "Under all-kill your clients " +
			"cannot write for the rest of the trial, or for the rest of the trial if they know one endpoint."},
		"no outage": {[]summary.UnarmedOutage{struck("defragment", 0, 0)},
			"Your clients can write throughout: no fault put any endpoint out of service."},
		"nothing": {nil, "No fault was led through its whole life, and so nothing is known of an outage."},
	} {
		if got := outageSentence(c.all); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestOutagesAloneArePrinted(t *testing.T) {
	var b strings.Builder
	err := Unarmed(&b, summary.Unarmed{
		Run:    results.Run{Seed: 7, Command: results.Invocation{"aftershock", "outage", "leader-churn"}},
		Trials: 2, Invalid: []string{"members\ndiffer"},
		Outages: []summary.UnarmedOutage{struck("leader-kill", 3500*time.Millisecond, 600*time.Millisecond)},
		Damaged: []summary.Damage{{File: "plan.txt", What: "is missing"}},
	}, "there")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"one endpoint    3.5 s             3.5 s", "every endpoint  600 ms            600 ms", "over 2 trials, seed 7",
		"invalid trial: members; differ", "damaged: plan.txt is missing", "results: there",
		"again:   aftershock outage leader-churn\n", "\nUnder leader-kill your clients",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}
