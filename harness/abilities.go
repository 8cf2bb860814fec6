package harness

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
)

// demand is what the plans ask of a runtime: a fault, and the first event that needs these abilities for it.
type demand struct {
	fault chaos.Fault
	event plan.Event
	pair  int
}

func (a demand) needs() []chaos.Ability { return a.fault.NeedsOf(a.event.Params) }

// unmet says which of the needs a runtime lacks.
func (a demand) unmet(able func(chaos.Ability) error) error {
	var errs []error
	for _, need := range a.needs() {
		errs = append(errs, able(need))
	}
	return errors.Join(errs...)
}

// named is the fault with the parameter's value on which its needs depend.
func (a demand) named() string {
	for value := range a.fault.NeedsWith {
		if a.fault.Has(a.event.Params, value) {
			return a.fault.Name + " with " + value
		}
	}
	return a.fault.Name
}

// demands lists the faults of the plans, each once for all events with the same needs. An unknown fault is refused with
// its event.
func (o Options) demands() (all []demand) {
	for _, p := range o.Plans {
		for _, e := range p.Events {
			fault, err := faults.Find(e.Fault)
			if err != nil {
				continue
			}
			one := demand{fault, e, p.Pair}
			if !slices.ContainsFunc(all, one.same) {
				all = append(all, one)
			}
		}
	}
	return all
}

func (a demand) same(b demand) bool {
	return a.fault.Name == b.fault.Name && slices.Equal(a.needs(), b.needs())
}

// checkAbilities refuses an event that the runtime cannot inject, or must not.
func (o Options) checkAbilities() error {
	var errs []error
	var playable []string
	for _, a := range o.demands() {
		if err := a.unmet(o.Runtime.Able); err != nil {
			errs = append(errs, fmt.Errorf("%s, fault %s: %w", o.place(a), a.named(), err))
		} else if !slices.Contains(playable, a.fault.Name) {
			playable = append(playable, a.fault.Name)
		}
	}
	if len(errs) > 0 {
		errs = append(errs, fmt.Errorf("with --cluster %s these faults are possible: %s", o.Runtime.Name,
			strings.Join(o.Runtime.offers(), ", ")))
	}
	return errors.Join(append(errs, o.Runtime.External.checkFaults(o.planned(), playable, o.Runtime.possible))...)
}

// place is where an event stands: in the scenario's file, if it comes from there, and in the plan.
func (o Options) place(a demand) string {
	place := fmt.Sprintf("event %s of pair %d", a.event.ID, a.pair)
	for _, f := range o.Scenario.Faults.Faults {
		written := demand{fault: a.fault, event: plan.Event{Params: f.Params}}
		if f.Line > 0 && f.Fault == a.fault.Name && written.same(a) {
			return fmt.Sprintf("line %d of the scenario, %s", f.Line, place)
		}
	}
	return place
}

// planned names the faults of the plans, each once.
func (o Options) planned() (names []string) {
	for _, a := range o.demands() {
		if !slices.Contains(names, a.fault.Name) {
			names = append(names, a.fault.Name)
		}
	}
	return names
}

// possible refuses a fault, given by name, that is unknown or that the runtime cannot inject in any way.
func (r Runtime) possible(name string) error {
	fault, err := faults.Find(name)
	if err != nil || len(fault.Ways(r.Able)) > 0 {
		return err
	}
	return fmt.Errorf("fault %s: %w", name, demand{fault: fault}.unmet(r.Able))
}

// offers lists the faults that the runtime can inject, such as "link-reset (on=clients)" where not in every way.
func (r Runtime) offers() (all []string) {
	for _, f := range faults.All() {
		ways := f.Ways(r.Able)
		switch {
		case f.Unavailable != "" || len(ways) == 0:
		case len(ways) < len(f.NeedsWith):
			all = append(all, fmt.Sprintf("%s (%s)", f.Name, strings.Join(ways, ", ")))
		default:
			all = append(all, f.Name)
		}
	}
	return all
}

// Narrow leaves out of a scenario's mix what an external cluster cannot suffer, so that nothing else is drawn there.
// Scenarios for other runtimes stay as they are. It refuses a mix of which nothing is left.
func (r Runtime) Narrow(s Scenario) (Scenario, error) {
	if r.External == nil || s.Faults.Mix == nil {
		return s, nil
	}
	mix := *s.Faults.Mix
	mix.Choices = slices.DeleteFunc(slices.Clone(mix.Choices), func(c plan.Choice) bool {
		fault, err := faults.Find(c.Fault)
		one := demand{fault: fault, event: plan.Event{Params: c.Params}}
		return err == nil && (one.unmet(r.Able) != nil || fault.Fits(s.Cluster.Members, nil) != nil)
	})
	if len(mix.Choices) == 0 {
		return s, fmt.Errorf("the mix of scenario %q has no fault that is possible with --cluster %s: %s", s.Name,
			r.Name, strings.Join(r.offers(), ", "))
	}
	s.LeftOut, s.Faults.Mix = len(s.Faults.Mix.Choices)-len(mix.Choices), &mix
	return s, nil
}

// Allowing is an external cluster's runtime that allows whatever is possible there: for plans, which hurt no one.
func (r Runtime) Allowing() Runtime {
	x := *r.External
	x.Faults, x.Lasting = nil, nil
	for _, f := range faults.All() {
		switch {
		case f.Unavailable != "" || len(f.Ways(r.Able)) == 0:
		case f.Lasting != "":
			x.Lasting = append(x.Lasting, f.Name)
		default:
			x.Faults = append(x.Faults, f.Name)
		}
	}
	r.External = &x
	return r
}
