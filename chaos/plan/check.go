package plan

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"aftershock/internal/nearest"
)

// Check tells whether plans can be replayed with these faults on a cluster with these members and features. It refuses faults that
// are unknown or unavailable, targets and pins that do not exist, a held fault without for= and for= on another, the same
// of to= and a fault that moves leadership, parameters that the fault does not have or that are out of range, clusters
// that are too small or lack a feature, events that collide, and targets that may be in another role than the fault
// needs by then. All that is wrong is joined.
func Check(plans []Plan, faults []FaultRule, members []string, has []Feature) error {
	var errs []error
	for _, p := range plans {
		for _, err := range p.check(faults, members, has) {
			errs = append(errs, fmt.Errorf("pair %d: %w", p.Pair, err))
		}
	}
	return errors.Join(errs...)
}

func (p Plan) check(faults []FaultRule, members []string, has []Feature) []error {
	var errs []error
	pins := pinWords(members)
	var clients []string
	for _, c := range p.Clients {
		if err := known("pin", c.Pin, pins); err != nil {
			errs = append(errs, fmt.Errorf("client %s: %w", c.Name, err))
		}
		clients = append(clients, clientWord+c.Name)
	}
	course := NewCourse(faults, len(members), p.Clients, nil)
	for _, e := range p.Events {
		rule, found := find(faults, e.Fault)
		problems := []error{}
		if !found {
			problems = append(problems, nearest.Unknown("fault", e.Fault, faultNames(faults)))
		} else {
			problems = append(e.checkRule(rule, len(members), has), e.checkWords(rule, slices.Concat(pins, clients), clients))
			problems = append(problems, course.Take(e.spec(), e.called()))
		}
		for _, err := range problems {
			if err != nil {
				errs = append(errs, fmt.Errorf("event %s: %w", e.ID, err))
			}
		}
	}
	return errs
}

// called is how errors call an event.
func (e Event) called() string { return fmt.Sprintf("event %s (%s)", e.ID, e.Fault) }

// pinWords lists what a client can be pinned to.
func pinWords(members []string) []string {
	words := []string{leader}
	for k := range len(members) - 1 {
		words = append(words, followerWord(k))
	}
	return append(words, members...)
}

func known(what, word string, allowed []string) error {
	if slices.Contains(allowed, word) {
		return nil
	}
	return nearest.Unknown(what, word, allowed)
}

// checkWords refuses a target and a destination that do not exist, or are not of the kind that the fault hits.
func (e Event) checkWords(r FaultRule, targets, clients []string) error {
	var errs []error
	switch {
	case r.Aim == AtCluster && e.Target != "":
		errs = append(errs, fmt.Errorf("%s hits the whole cluster: it takes no target=", r.Name))
	case r.Aim == AtCluster:
	case e.Target == "":
		errs = append(errs, fmt.Errorf("%s needs target=", r.Name))
	case r.Aim == AtClient:
		errs = append(errs, known("client to hit", e.Target, clients))
	default:
		errs = append(errs, known("target", e.Target, targets))
	}
	if e.To != "" {
		errs = append(errs, known("destination", e.To, targets))
	}
	return errors.Join(errs...)
}

func (e Event) checkRule(r FaultRule, members int, has []Feature) []error {
	var errs []error
	if r.Unavailable != "" { // it cannot be played, so how to write it is of no use
		return []error{r.Fits(members, has)}
	}
	errs = append(errs, r.Fits(members, has),
		r.checkKey("for=", "is held until it is healed", r.Held, e.For != 0),
		r.checkKey("to=", "moves leadership", r.Moves, e.To != ""))
	for _, name := range slices.Sorted(maps.Keys(e.Params)) {
		errs = append(errs, r.CheckParam(name, e.Params[name]))
	}
	for _, p := range r.Params {
		if _, given := e.Params[p.Name]; !given {
			errs = append(errs, fmt.Errorf("%s lacks %s= (allowed: %s)", r.Name, p.Name, p.Range()))
		}
	}
	return errs
}

// CheckParam refuses a parameter that the fault does not have, and a value that it cannot have.
func (r FaultRule) CheckParam(name, value string) error {
	if name == drawKey && r.Draws {
		return Param{Name: drawKey, Kind: Count, Low: "0", High: mostDrawn}.Check(value)
	}
	p, ok := r.param(name)
	if !ok {
		return r.unknownParam(name)
	}
	return p.Check(value)
}

func (r FaultRule) unknownParam(name string) error {
	if len(r.Params) == 0 {
		return fmt.Errorf("%s takes no parameters, and so no %q", r.Name, name)
	}
	return fmt.Errorf("%s: %w", r.Name, nearest.Unknown("parameter", name, r.ParamNames()))
}

// ParamNames lists the names of a fault's parameters.
func (r FaultRule) ParamNames() []string {
	var names []string
	for _, p := range r.Params {
		names = append(names, p.Name)
	}
	return names
}

// checkKey refuses a key that is given without being needed, for it would do nothing, and the reverse.
func (r FaultRule) checkKey(key, why string, needed, given bool) error {
	switch {
	case needed && !given:
		return fmt.Errorf("%s %s: it needs %s", r.Name, why, key)
	case !needed && given:
		return fmt.Errorf("%s takes no %s", r.Name, key)
	}
	return nil
}
