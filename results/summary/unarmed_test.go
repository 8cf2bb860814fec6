package summary

import (
	"testing"
	"time"
)

// A client that knows one endpoint is out for as long as the worst, one that knows all while all are.
func TestEndpointsBecomeTwoClients(t *testing.T) {
	const s = time.Second
	out := func(began, outage, gap time.Duration) linkTimes {
		return linkTimes{out: true, began: began, outage: outage, gap: gap}
	}
	never := func(gap time.Duration) linkTimes { return linkTimes{outage: absent, gap: gap} }
	for name, c := range map[string]struct {
		ends       []linkTimes
		one, every linkTimes
	}{
		"the leader is cut off": {
			[]linkTimes{out(5*s, 5*s, 6*s), out(5*s, s, s), out(5*s+s/4, s, 2*s)}, out(0, 5*s, 6*s), out(0, s-s/4, s),
		},
		"one alone":           {[]linkTimes{out(5*s, 2*s, 2*s), never(s / 10)}, out(0, 2*s, 2*s), never(s / 10)},
		"one after the other": {[]linkTimes{out(5*s, s, s), out(8*s, s, s)}, out(0, s, s), never(s)},
		"one to the end": {
			[]linkTimes{out(5*s, absent, 9*s), out(5*s, s, s)}, out(0, absent, 9*s), out(0, s, s),
		},
		"the other one": {
			[]linkTimes{out(5*s, s, s), out(5*s, absent, 9*s)}, out(0, absent, 9*s), out(0, s, s),
		},
		"all of them to the end": {[]linkTimes{out(5*s, absent, 9*s)}, out(0, absent, 9*s), out(0, absent, 9*s)},
		"none":                   {[]linkTimes{never(s), never(s / 2)}, never(s), never(s / 2)},
	} {
		t.Run(name, func(t *testing.T) {
			names := []string{"endpoint-1", "endpoint-2", "endpoint-3"}
			own := never(s)
			own.client = "own"
			links := []linkTimes{own}
			for i, l := range c.ends {
				l.client = names[i]
				links = append(links, l)
			}
			links = joined([]outage{{links: links}}, names)[0].links
			c.one.client, c.every.client = OneEndpoint, EveryEndpoint
			if len(links) != 3 || links[0] != own || links[1] != c.one || links[2] != c.every {
				t.Errorf("got %+v, want %+v and %+v", links, c.one, c.every)
			}
		})
	}
	if kept := joined([]outage{{links: []linkTimes{never(s)}}}, nil); len(kept[0].links) != 1 {
		t.Errorf("a run with arms: %+v", kept)
	}
}
