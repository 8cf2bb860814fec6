package summary

import (
	"slices"
	"time"

	"aftershock/results"
)

// Outage is what one kind of fault cost the cluster and its clients, over all trials of a run. A fault that was led through
// its whole life counts in a trial, too, that was set aside because of the machine or of another fault: what is invalid
// there is the comparison of the arms.
//
// It is descriptive, and the arms are not compared by it: the plan fixes the fault, and etcd's own timers fix the
// election.
type Outage struct {
	Fault  string  `json:"fault"`
	All    Anatomy `json:"all"` // both arms together
	Before Anatomy `json:"before"`
	After  Anatomy `json:"after"`
}

// Anatomy is when what happened in outages of one kind. Faults that were cut short, by a crash of the workload, say, are
// not among them, and neither are those of runs of a time before probes.
type Anatomy struct {
	Faults int `json:"faults"`
	// From the injection until the fault was seen to take effect, until the cluster ceased to follow a leader, and until it
	// followed one again.
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
	Client       string `json:"client"`
	FirstSuccess Spread `json:"first_success"` // from the injection
	LongestGap   Spread `json:"longest_gap"`
}

// Spread is how a time spread over faults. A fault in which it did not come, such as the loss of a leader when a follower
// was hurt, is not in N, and without any all of it is 0.
type Spread struct {
	N      int           `json:"n"`
	Min    time.Duration `json:"min_ns"`
	Median time.Duration `json:"median_ns"`
	P90    time.Duration `json:"p90_ns,omitempty"` // 0 while fewer than 20 lie beyond it
	Max    time.Duration `json:"max_ns"`
}

// absent is a time that did not come.
const absent time.Duration = -1

// outage is one fault's times.
type outage struct {
	fault                                                 string
	arm                                                   results.Arm
	effective, done, lost, elected, leaderless, recovered time.Duration
	links                                                 []linkTimes
}

type linkTimes struct {
	client     string
	first, gap time.Duration
}

// outagesOf takes the times out of a trial's faults.
func outagesOf(t results.Trial, side results.Arm) (all []outage) {
	for _, f := range t.Faults {
		if len(f.Links) == 0 || f.Error != "" || f.Recovered == 0 {
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
			o.links = append(o.links, linkTimes{client: l.Client, first: since(l.FirstSuccess), gap: l.LongestGap})
		}
		all = append(all, o)
	}
	return all
}

// outages gives the outages of each kind of fault, in the order in which kinds were met.
func outages(fixes [][]*trialData) (all []Outage) {
	trials := slices.Concat(fixes...)
	slices.SortStableFunc(trials, inOrder)
	byKind := map[string][]outage{}
	var kinds []string
	for _, d := range trials {
		for _, o := range d.outages {
			if byKind[o.fault] == nil {
				kinds = append(kinds, o.fault)
			}
			byKind[o.fault] = append(byKind[o.fault], o)
		}
	}
	for _, kind := range kinds {
		of := func(arm results.Arm) (some []outage) {
			for _, o := range byKind[kind] {
				if o.arm == arm {
					some = append(some, o)
				}
			}
			return some
		}
		all = append(all, Outage{
			Fault: kind, All: anatomy(byKind[kind]), Before: anatomy(of(results.Before)), After: anatomy(of(results.After)),
		})
	}
	return all
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
			Client:       client,
			FirstSuccess: over(func(o outage) time.Duration { return o.link(client).first }),
			LongestGap:   over(func(o outage) time.Duration { return o.link(client).gap }),
		})
	}
	return a
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
	return linkTimes{client: client, first: absent, gap: absent}
}

// spread looks at times, those that did not come left out.
func spread(times []int64) (s Spread) {
	times = slices.DeleteFunc(times, func(t int64) bool { return t < 0 })
	slices.Sort(times)
	if len(times) == 0 {
		return s
	}
	s = Spread{N: len(times), Min: time.Duration(times[0]), Median: middle(times), Max: time.Duration(times[len(times)-1])}
	if p90, _, ok := shown(times, 0.9); ok {
		s.P90 = time.Duration(p90)
	}
	return s
}

// middle is the median of times in order.
func middle(times []int64) time.Duration {
	low, high := times[(len(times)-1)/2], times[len(times)/2]
	return time.Duration(low + (high-low)/2)
}
