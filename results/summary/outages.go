package summary

import (
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
)

// Outage is what one kind of fault cost the cluster and its clients, over all trials of a run. A fault that was led
// through its whole life counts in a trial, too, that was set aside because of the machine or of another fault: what is
// invalid there is the comparison of the arms.
//
// It is descriptive, and the arms are not compared by it: the plan fixes the fault, and etcd's own timers fix the
// election.
type Outage struct {
	Fault string `json:"fault"`
	// Shared are the other kinds that were under way at the same time, in alphabetical order. What was seen meanwhile
	// is what all of them did together, and a kind's faults that had their outage to themselves are an Outage of their
	// own.
	Shared []string `json:"shared,omitempty"`
	All    Anatomy  `json:"all"` // both arms together
	Before Anatomy  `json:"before"`
	After  Anatomy  `json:"after"`
}

// Anatomy is when what happened in outages of one kind. Interrupted faults, such as by a crash of the workload, are
// not among them. Neither are faults of older runs, which had no probes or counted from the injection.
type Anatomy struct {
	Faults int `json:"faults"`
	// From the injection until the fault was seen to take effect, until the cluster ceased to follow a leader, and
	// until it followed one again.
	Effective     Spread `json:"effective"`
	Done          Spread `json:"done"` // of a fault that means to hurt no one, in place of Effective
	LeaderLost    Spread `json:"leader_lost"`
	LeaderElected Spread `json:"leader_elected"`
	// Leaderless is how long no leader was followed, between injection and recovery.
	Leaderless Spread `json:"leaderless"`
	// Recovered is the time from the heal, or from the injection of a fault that is over once it took effect.
	Recovered Spread       `json:"recovered"`
	Links     []LinkSpread `json:"links"`
}

// LinkSpread is what one client saw of the outages through its own link.
type LinkSpread struct {
	Client string `json:"client"`
	Out    int    `json:"out"` // faults that put the link out of service
	// Outage is the time from a fault's effect, or the first failure if that came earlier, to the first success after
	// it.
	Outage     Spread `json:"outage"`
	LongestGap Spread `json:"longest_gap"`
}

// ExternalClock is how often members of an external cluster are asked whom they follow: moments there are known no
// more exactly.
const ExternalClock = 20 * time.Millisecond

// Spread is how a time spread over faults. A fault in which it did not come, such as the loss of a leader when a
// follower was hurt, is not in N, and without any all of it is 0.
type Spread struct {
	N      int           `json:"n"`
	Min    time.Duration `json:"min_ns"`
	Median time.Duration `json:"median_ns"`
	P90    time.Duration `json:"p90_ns,omitempty"` // 0 while fewer than 20 lie beyond it
	Max    time.Duration `json:"max_ns"`
}

// absent is a moment that never came.
const absent time.Duration = -1

// outage is one fault's times.
type outage struct {
	fault                                                 string
	shared                                                []string // other kinds that were under way
	arm                                                   results.Arm
	effective, done, lost, elected, leaderless, recovered time.Duration
	links                                                 []linkTimes
}

type linkTimes struct {
	client      string
	out         bool
	began       time.Duration // of the outage, from the trial's epoch
	outage, gap time.Duration
}

// kind tells apart faults whose outages are shown apart.
type kind struct {
	fault  string
	shared bool
}

func (o outage) kind() kind { return kind{o.fault, len(o.shared) > 0} }

// outagesOf reads the times from a trial's faults.
func outagesOf(t results.Trial, side results.Arm) (all []outage) {
	kinds := map[string]string{} // of the events
	for _, f := range t.Faults {
		kinds[f.Event] = f.Fault
	}
	for _, f := range t.Faults {
		older := slices.ContainsFunc(f.Links, results.LinkOutage.Older)
		if len(f.Links) == 0 || older || f.Error != "" || f.Recovered == 0 {
			continue
		}
		since := func(at results.Offset) time.Duration {
			if at == 0 {
				return absent
			}
			return at.Sub(f.Injected)
		}
		o := outage{
			fault: f.Fault, arm: side, effective: since(f.Effective), done: since(f.Done), lost: since(f.LeaderLost),
			elected: since(f.LeaderElected), leaderless: f.Leaderless, recovered: absent,
		}
		if took, ok := recovered(f); ok {
			o.recovered = took
		}
		for _, l := range f.Links {
			o.links = append(o.links, timesOf(l))
			for _, event := range l.Shared {
				o.shared = append(o.shared, kinds[event])
			}
		}
		all = append(all, o)
	}
	return all
}

func timesOf(l results.LinkOutage) linkTimes {
	times := linkTimes{
		client: l.Client, out: l.Began != 0, began: time.Duration(l.Began), outage: absent, gap: l.LongestGap,
	}
	if l.Served != 0 {
		times.outage = l.Served.Sub(l.Began)
	}
	return times
}

// outages gives the outages of each kind of fault, in the order in which kinds were met.
func outages(fixes [][]*trialData) (all []Outage) {
	trials := slices.Concat(fixes...)
	slices.SortStableFunc(trials, inOrder)
	byKind := map[kind][]outage{}
	var kinds []kind
	for _, d := range trials {
		for _, o := range d.outages {
			if byKind[o.kind()] == nil {
				kinds = append(kinds, o.kind())
			}
			byKind[o.kind()] = append(byKind[o.kind()], o)
		}
	}
	for _, k := range kinds {
		of := func(arm results.Arm) (some []outage) {
			for _, o := range byKind[k] {
				if o.arm == arm {
					some = append(some, o)
				}
			}
			return some
		}
		all = append(all, Outage{
			Fault: k.fault, Shared: sharedBy(byKind[k]),
			All: anatomy(byKind[k]), Before: anatomy(of(results.Before)), After: anatomy(of(results.After)),
		})
	}
	return all
}

// sharedBy lists the kinds that any of the outages is shared with, each once.
func sharedBy(all []outage) (others []string) {
	for _, o := range all {
		others = append(others, o.shared...)
	}
	slices.Sort(others)
	return slices.Compact(others)
}

func anatomy(all []outage) Anatomy {
	over := func(of func(outage) time.Duration) Spread {
		times := make([]int64, len(all))
		for i, o := range all {
			times[i] = int64(of(o))
		}
		return spread(times)
	}
	a := Anatomy{
		Faults:        len(all),
		Effective:     over(func(o outage) time.Duration { return o.effective }),
		Done:          over(func(o outage) time.Duration { return o.done }),
		LeaderLost:    over(func(o outage) time.Duration { return o.lost }),
		LeaderElected: over(func(o outage) time.Duration { return o.elected }),
		Leaderless:    over(func(o outage) time.Duration { return o.leaderless }),
		Recovered:     over(func(o outage) time.Duration { return o.recovered }),
		Links:         []LinkSpread{},
	}
	for _, client := range clientsOf(all) {
		a.Links = append(a.Links, LinkSpread{
			Client:     client,
			Out:        outOf(all, client),
			Outage:     over(func(o outage) time.Duration { return o.link(client).outage }),
			LongestGap: over(func(o outage) time.Duration { return o.link(client).gap }),
		})
	}
	return a
}

// outOf counts the outages of a client.
func outOf(all []outage, client string) (n int) {
	for _, o := range all {
		if o.link(client).out {
			n++
		}
	}
	return n
}

// clientsOf are the clients that probed, each once, in the order in which they were met.
func clientsOf(all []outage) (clients []string) {
	for _, o := range all {
		for _, l := range o.links {
			if !slices.Contains(clients, l.client) {
				clients = append(clients, l.client)
			}
		}
	}
	return clients
}

func (o outage) link(client string) linkTimes {
	for _, l := range o.links {
		if l.client == client {
			return l
		}
	}
	return linkTimes{client: client, outage: absent, gap: absent}
}

// spread summarizes times, without the absent ones.
func spread(times []int64) (s Spread) {
	times = slices.DeleteFunc(times, func(t int64) bool { return t < 0 })
	slices.Sort(times)
	if len(times) == 0 {
		return s
	}
	s = Spread{N: len(times), Min: time.Duration(times[0]), Median: middle(times),
		Max: time.Duration(times[len(times)-1])}
	if p90, _, ok := shown(times, 0.9, stat.FewestBeyond); ok {
		s.P90 = time.Duration(p90)
	}
	return s
}

// middle is the median of times in order.
func middle(times []int64) time.Duration {
	low, high := times[(len(times)-1)/2], times[len(times)/2]
	return time.Duration(low + (high-low)/2)
}
