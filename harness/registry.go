package harness

import "aftershock/internal/nearest"

// Find returns the fix of that name; the error for an unknown one suggests the nearest.
func (r Registry) Find(name string) (Fix, error) {
	for _, f := range r.Fixes {
		if f.Name == name {
			return f, nil
		}
	}
	return Fix{}, nearest.Unknown("fix", name, r.Names())
}

// Names lists the names of all fixes.
func (r Registry) Names() []string {
	var names []string
	for _, f := range r.Fixes {
		names = append(names, f.Name)
	}
	return names
}
