package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"aftershock/internal/nearest"
	"aftershock/internal/units"
)

// Kind is the kind of a parameter's value, and so how it is written.
type Kind string

// The kinds of parameters.
const (
	Duration Kind = "duration" // 50ms
	Count    Kind = "count"    // 3
	Size     Kind = "size"     // 64KiB; where it is a speed, a second
	OneOf    Kind = "word"     // one of the Choices
)

// Param is a parameter of a fault: a number or a word. Every one has a default, so that a scenario names only what it
// cares about. A plan spells out all of them, so that a change of a default changes no replay.
type Param struct {
	Name    string
	Kind    Kind
	Default string
	Low     string   // the least that is allowed, written as a value is
	High    string   // the most
	Choices []string // of OneOf, in place of Low and High
	Says    string   // what it does, in half a sentence
}

// Params are an event's parameters as they are written, by name. Those of a plan that Check has passed can be read.
type Params map[string]string

// Range says which values are allowed, such as "1ms to 10s".
func (p Param) Range() string {
	if p.Kind == OneOf {
		return strings.Join(p.Choices, ", ")
	}
	return p.Low + " to " + p.High
}

// Check refuses a value that the parameter cannot have.
func (p Param) Check(text string) error {
	if p.Kind == OneOf {
		if slices.Contains(p.Choices, text) {
			return nil
		}
		return nearest.Unknown(p.Name, text, p.Choices)
	}
	value, err := p.Kind.read(text)
	if err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	low, lowErr := p.Kind.read(p.Low)
	high, highErr := p.Kind.read(p.High)
	if lowErr != nil || highErr != nil || value < low || value > high {
		return fmt.Errorf("%s=%s is out of range (allowed: %s)", p.Name, text, p.Range())
	}
	return nil
}

// read gives a quantity as a whole number: nanoseconds, bytes or a count.
func (k Kind) read(text string) (int64, error) {
	switch k {
	case Duration:
		d, err := units.Duration(text)
		return int64(d), err
	case Size:
		return units.Bytes(text)
	default:
		n, err := units.Integer(text)
		return int64(n), err
	}
}

// Duration reads a parameter of that kind; 0 when the event has none of that name.
func (p Params) Duration(name string) time.Duration { return time.Duration(p.quantity(Duration, name)) }

// Count reads a parameter of that kind; 0 when the event has none of that name.
func (p Params) Count(name string) int { return int(p.quantity(Count, name)) }

// Bytes reads a parameter of the kind Size; 0 when the event has none of that name.
func (p Params) Bytes(name string) int64 { return p.quantity(Size, name) }

// Seed reads what Expand has drawn for the event: the fault's own choices come from it.
func (p Params) Seed() uint64 { return uint64(p.quantity(Count, drawKey)) }

func (p Params) quantity(k Kind, name string) int64 {
	n, err := k.read(p[name])
	if err != nil {
		return 0 // of an event that Check has not seen
	}
	return n
}

// complete returns a fault's parameters, with defaults for those that are not given.
func complete(rules []Param, given Params) Params {
	if len(rules) == 0 && len(given) == 0 {
		return nil
	}
	all := Params{}
	for _, p := range rules {
		all[p.Name] = p.Default
	}
	maps.Copy(all, given)
	return all
}
