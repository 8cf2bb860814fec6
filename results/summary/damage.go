package summary

import (
	"fmt"
	"slices"

	"aftershock/results"
	"aftershock/results/manifest"
	"aftershock/results/stat"
)

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

// A DamagedError is of a run whose files are not as it left them. errors.As finds it.
type DamagedError struct{ Damage []Damage }

func (e *DamagedError) Error() string { return "the run is damaged: " + inWords(e.Damage) }

// inWords names the first of what is damaged, and how much more there is.
func inWords(all []Damage) string {
	text := all[0].File + ": " + all[0].What
	if more := len(all) - 1; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// Undamaged is a *DamagedError when something is damaged, and nil when nothing is.
func Undamaged(all []Damage) error {
	if len(all) == 0 {
		return nil
	}
	return &DamagedError{all}
}

// ofRun is the damage of what is no trial's, and so of every fix.
func ofRun(all []manifest.Damage) (damaged []Damage) {
	for _, d := range all {
		damaged = append(damaged, Damage{File: d.File, What: d.What})
	}
	return damaged
}

// touching is the damage of a group's trial with the fixes that it touches: all of the group. Its blocks are judged
// or left out as a whole, so a trial counts for the fixes that do not compare its arm, too.
func touching(run results.Run, group string, all []manifest.Damage) (damaged []Damage) {
	var fixes []string
	for _, f := range run.Fixes {
		if f.Group == group {
			fixes = append(fixes, f.Name)
		}
	}
	for _, d := range all {
		damaged = append(damaged, Damage{File: d.File, What: d.What, Fixes: fixes})
	}
	return damaged
}

// once leaves each damage of a file once. What is above several trials is found by each of them, and touches the
// fixes of all.
func once(all []Damage) (damaged []Damage) {
	for _, d := range all {
		i := slices.IndexFunc(damaged, func(known Damage) bool { return known.File == d.File && known.What == d.What })
		if i < 0 {
			damaged = append(damaged, d)
			continue
		}
		for _, f := range d.Fixes {
			if !damaged[i].Touches(f) {
				damaged[i].Fixes = append(slices.Clone(damaged[i].Fixes), f)
			}
		}
	}
	return damaged
}

// withhold takes back a verdict that rests on what is damaged: what is missing may be what spoke against it.
func (f *Fix) withhold(damage []Damage) {
	f.Verdict, f.Need = stat.Inconclusive, nil
	f.Why = "damaged: " + inWords(damage)
}

// uncheckedWarning is about a run that has no manifest.
func uncheckedWarning(run results.Run) Warning {
	return Warning{
		What: fmt.Sprintf("%s is of schema %d, which has no manifest: nothing tells whether its files are what the run left",
			run.ID, run.Schema),
		Remedy: "run it again; do not gate on its figures",
	}
}
