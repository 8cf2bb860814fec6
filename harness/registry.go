package harness

import (
	"encoding/json"
	"errors"
	"slices"

	"aftershock/internal/nearest"
)

// For is the registry for a scenario with that target: the fixes that it brings, or all others when it has none.
func (r Registry) For(target json.RawMessage) (Registry, error) {
	if target == nil {
		return r, nil
	}
	if r.Bring == nil {
		return Registry{}, errors.New("a scenario with a target cannot be run here")
	}
	fixes, err := r.Bring(target)
	return Registry{Fixes: fixes}, err
}

// find returns the fix of that name for a scenario with that target.
func (r Registry) find(target json.RawMessage, name string) (Fix, error) {
	own, err := r.For(target)
	if err != nil {
		return Fix{}, err
	}
	return own.Find(name)
}

// Find returns the fix of that name; the error for an unknown one suggests the nearest.
func (r Registry) Find(name string) (Fix, error) {
	for _, f := range r.Fixes {
		if f.Name == name {
			return f, nil
		}
	}
	return Fix{}, nearest.Unknown("fix", name, r.Names())
}

// Named returns the fix of that name, or all fixes of the family that is called so.
func (r Registry) Named(name string) ([]Fix, error) {
	var all []Fix
	names := r.Names()
	for _, f := range r.Fixes {
		if f.Name == name {
			return []Fix{f}, nil
		}
		if f.Family == name && name != "" {
			all = append(all, f)
		}
		if f.Family != "" && !slices.Contains(names, f.Family) {
			names = append(names, f.Family)
		}
	}
	if len(all) == 0 {
		return nil, nearest.Unknown("fix", name, names)
	}
	return all, nil
}

// Names lists the names of all fixes.
func (r Registry) Names() []string {
	var names []string
	for _, f := range r.Fixes {
		names = append(names, f.Name)
	}
	return names
}
