package plan

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"aftershock/internal/nearest"
)

// FaultRule is what plans need to know about a fault of the catalogue.
type FaultRule struct {
	Name  string
	Held  bool // lasts until it is healed, and so needs for=
	Moves bool // moves leadership, and so needs to=
}

// Check tells whether plans can be replayed with these faults on a cluster with these members. It refuses faults that
// are unknown, targets and pins that do not exist, a held fault without for= and for= on another, the same of to= and a
// fault that moves leadership, and events that overlap. All that is wrong is joined.
func Check(plans []Plan, faults []FaultRule, members []string) error {
	var errs []error
	for _, p := range plans {
		for _, err := range p.check(faults, members) {
			errs = append(errs, fmt.Errorf("pair %d: %w", p.Pair, err))
		}
	}
	return errors.Join(errs...)
}

func (p Plan) check(faults []FaultRule, members []string) []error {
	var errs []error
	pins := pinWords(members)
	targets := slices.Clone(pins)
	for _, c := range p.Clients {
		if err := known("pin", c.Pin, pins); err != nil {
			errs = append(errs, fmt.Errorf("client %s: %w", c.Name, err))
		}
		targets = append(targets, clientWord+c.Name)
	}
	var free busy
	for _, e := range p.Events {
		problems := append(e.checkFault(faults), known("target", e.Target, targets), free.take(e))
		if e.To != "" {
			problems = append(problems, known("destination", e.To, targets))
		}
		for _, err := range problems {
			if err != nil {
				errs = append(errs, fmt.Errorf("event %s: %w", e.ID, err))
			}
		}
	}
	return errs
}

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

func (e Event) checkFault(faults []FaultRule) []error {
	names := make([]string, len(faults))
	for i, f := range faults {
		names[i] = f.Name
	}
	i := slices.Index(names, e.Fault)
	if i < 0 {
		return []error{nearest.Unknown("fault", e.Fault, names)}
	}
	held := faults[i].checkKey("for=", "is held until it is healed", faults[i].Held, e.For != 0)
	moves := faults[i].checkKey("to=", "moves leadership", faults[i].Moves, e.To != "")
	return []error{held, moves}
}

// checkKey refuses a key that is given without being needed, for it would do nothing, and the reverse.
func (f FaultRule) checkKey(key, why string, needed, given bool) error {
	switch {
	case needed && !given:
		return fmt.Errorf("%s %s: it needs %s", f.Name, why, key)
	case !needed && given:
		return fmt.Errorf("%s takes no %s", f.Name, key)
	}
	return nil
}

// busy is until when, and with which event, the cluster is taken.
type busy struct {
	by  string
	end time.Duration
}

// take refuses an event that begins before the last has ended. Two at the same moment overlap too: a transfer needs a
// moment, and which of the two came first would be left to chance.
func (b *busy) take(e Event) error {
	var err error
	if b.by != "" && e.At <= b.end {
		err = fmt.Errorf("begins at %v, which is not after the end of event %s at %v", e.At, b.by, b.end)
	}
	if end := e.At + e.For; b.by == "" || end > b.end {
		b.by, b.end = e.ID, end
	}
	return err
}
