package summary

import "slices"

// Damage is a file that is missing, altered, not the run's own, or not readable.
type Damage struct {
	File  string   `json:"file"` // within the run's folder
	What  string   `json:"what"`
	Fixes []string `json:"fixes,omitempty"` // whose figures it touches; none stands for all
}

// Touches tells whether the damage touches the fix of that name.
func (d Damage) Touches(fix string) bool { return len(d.Fixes) == 0 || slices.Contains(d.Fixes, fix) }

// DamageOf is the damage that touches the fix of that name.
func (s Summary) DamageOf(fix string) (all []Damage) {
	for _, d := range s.Damaged {
		if d.Touches(fix) {
			all = append(all, d)
		}
	}
	return all
}
