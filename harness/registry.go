package harness

import (
	"slices"

	"aftershock/internal/nearest"
)

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
