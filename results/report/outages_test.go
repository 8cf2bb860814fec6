package report

import (
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/summary"
)

func TestHowOutagesArePrinted(t *testing.T) {
	spread := func(n int) summary.Spread {
		return summary.Spread{N: n, Min: 9 * time.Millisecond, Median: 10 * time.Millisecond,
			Max: 12 * time.Millisecond}
	}
	for _, c := range []struct {
		link   summary.LinkSpread
		faults int
		want   string
	}{
		{summary.LinkSpread{}, 0, "-"},
		{summary.LinkSpread{}, 4, "never"},
		{summary.LinkSpread{Out: 4, Outage: spread(4)}, 4, "10 ms (9 ms-12 ms)"},
		{summary.LinkSpread{Out: 3, Outage: spread(3)}, 4, "10 ms (9 ms-12 ms), 3 of 4"},
		{summary.LinkSpread{Out: 4, Outage: spread(3)}, 4, "10 ms (9 ms-12 ms), 1 to the end"},
		{summary.LinkSpread{Out: 2}, 4, "to the end, 2 of 4"},
	} {
		if got := outOfService(c.link, c.faults); got != c.want {
			t.Errorf("%+v of %d: %q, want %q", c.link, c.faults, got, c.want)
		}
	}
	for want, shared := range map[string][]string{
		"leader-kill": nil, "leader-kill with client-cut": {"client-cut"}, "leader-kill with a, b": {"a", "b"},
		"leader-kill with 3 other kinds": {"a", "b", "c"},
	} {
		if got := faultOf("leader-kill", shared); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// An external cluster is asked every 20 ms who leads: no figure of its moments says more than that.
func TestMomentsAreAsExactAsTheyAreKnown(t *testing.T) {
	for _, c := range []struct {
		least, median, most time.Duration
		ours, theirs        string
	}{
		{0, 924 * time.Microsecond, 3080 * time.Microsecond, "924 us (0 s-3.08 ms)", "<20 ms"},
		{0, 0, 21345 * time.Microsecond, "0 s (0 s-21.3 ms)", "<20 ms (<20 ms-20 ms)"},
		{601 * time.Millisecond, 611 * time.Millisecond, 1234 * time.Millisecond, "611 ms (601 ms-1.23 s)",
			"620 ms (600 ms-1.24 s)"},
		{time.Millisecond, time.Millisecond, time.Millisecond, "1 ms", "<20 ms"},
	} {
		s := summary.Spread{N: 3, Min: c.least, Median: c.median, Max: c.most}
		for cluster, want := range map[string]string{"processes": c.ours, results.External: c.theirs} {
			if got := momentsOf(results.Run{Cluster: cluster}).spread(s, 3); got != want {
				t.Errorf("%s: %q, want %q", cluster, got, want)
			}
		}
	}
	once := summary.Spread{N: 1, Min: 1, Median: 1, Max: 1}
	row := outageRows(results.Run{Cluster: results.External}, []summary.Outage{{All: summary.Anatomy{
		Faults: 1, LeaderElected: once, Recovered: once, Links: []summary.LinkSpread{{Client: "c"}},
	}}})[1]
	if row[2] != "<20 ms" || row[6] != "<20 ms" {
		t.Errorf("a row of an external cluster: %q", row)
	}
}
