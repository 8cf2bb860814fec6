package summary

import (
	"fmt"
	"slices"
	"time"

	"aftershock/results"
)

// The clients that a run of outages alone makes of those that probe one member each.
const (
	// OneEndpoint knows one endpoint, and that is the member for which the fault is worst.
	OneEndpoint = "one endpoint"
	// EveryEndpoint knows all, and writes through whichever serves. Its longest gap is at most what is told.
	EveryEndpoint = "every endpoint"
)

// NoArmsError is a run that measured outages alone.
type NoArmsError struct{ Folder string }

func (e *NoArmsError) Error() string {
	return fmt.Sprintf("%s is a run of outages alone, which has no arms to compare: aftershock outage %s shows it",
		e.Folder, e.Folder)
}

// OutagesSchema is the version of what outage prints as JSON.
const OutagesSchema = 1

// Unarmed is what a run of outages alone found.
type Unarmed struct {
	Schema int         `json:"schema"`
	Run    results.Run `json:"run"`
	Trials int         `json:"trials"`
	// Invalid says why trials are invalid. Faults that were led through their whole life count all the same.
	Invalid []string        `json:"invalid,omitempty"`
	Outages []UnarmedOutage `json:"outages"`
	Noise   Noise           `json:"noise"`
	Damaged []Damage        `json:"damaged,omitempty"`
}

// UnarmedOutage is an Outage of the one arm that there is.
type UnarmedOutage struct {
	Fault  string   `json:"fault"`
	Shared []string `json:"shared,omitempty"`
	Anatomy
}

// Outages reads a run of outages alone.
func Outages(folder string) (Unarmed, error) {
	o, err := openAny(folder)
	if err == nil && len(o.run.Endpoints) == 0 {
		err = fmt.Errorf("%s compares arms, and aftershock compare shows its outages beside them", folder)
	}
	if err != nil {
		return Unarmed{}, err
	}
	u := Unarmed{Schema: OutagesSchema, Run: o.run, Noise: o.noise, Damaged: o.damaged}
	for _, of := range outages(o.trials) {
		u.Outages = append(u.Outages, UnarmedOutage{of.Fault, of.Shared, of.All})
	}
	for _, t := range slices.Concat(o.trials...) {
		u.Trials++
		if t.Invalid != "" {
			u.Invalid = append(u.Invalid, t.Invalid)
		}
	}
	return u, nil
}

// joined replaces the clients that only probe by two: one that knows the worst endpoint, and one that knows all.
func joined(all []outage, endpoints []string) []outage {
	if len(endpoints) == 0 {
		return all
	}
	for i, o := range all {
		var own, ends []linkTimes
		for _, l := range o.links {
			if slices.Contains(endpoints, l.client) {
				ends = append(ends, l)
			} else {
				own = append(own, l)
			}
		}
		if len(ends) > 0 {
			own = append(own, worst(ends), every(ends))
		}
		all[i].links = own
	}
	return all
}

// worst is the client of the endpoint that was out for longest. One that was out to the end is worse than all others.
func worst(ends []linkTimes) linkTimes {
	one := linkTimes{client: OneEndpoint, outage: absent}
	for _, l := range ends {
		one.gap = max(one.gap, l.gap)
		switch {
		case !l.out:
		case !one.out, one.outage != absent && (l.outage == absent || l.outage > one.outage):
			one.out, one.outage = true, l.outage
		}
	}
	return one
}

// every is a client that knows all endpoints: it is out while all of them are.
func every(ends []linkTimes) linkTimes {
	all := linkTimes{client: EveryEndpoint, out: true, outage: absent, gap: ends[0].gap}
	began, served := time.Duration(0), absent
	for _, l := range ends {
		all.gap = min(all.gap, l.gap)
		all.out = all.out && l.out
		began = max(began, l.began)
		if l.outage != absent && (served == absent || l.began+l.outage < served) {
			served = l.began + l.outage
		}
	}
	if all.out && served != absent {
		all.outage = served - began
		all.out = all.outage > 0
	}
	if !all.out {
		all.outage = absent
	}
	return all
}
