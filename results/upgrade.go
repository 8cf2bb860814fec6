package results

import "encoding/json"

// Until schema 2 every fix had pairs of its own: trials were known by fix and pair, and there were no groups. Reading such
// a run makes each fix a group of its own, which is what it was.

// upgrade fills in what a run of schema 1 does not say, and gives up triggers of which an arm had a part.
func (r *Run) upgrade() {
	for i := range r.Fixes {
		r.Fixes[i].Trigger = r.Fixes[i].Trigger.withoutArms()
	}
	if r.Schema >= 2 {
		return
	}
	for i := range r.Fixes {
		r.Groups = append(r.Groups, r.Fixes[i].Alone())
	}
}

// Alone makes the fix a group of its own, and gives the group. One that compares phases has a single arm, of its
// own name.
func (f *Fix) Alone() Group {
	if own := Arm(f.Name); f.Against != "" {
		f.Group, f.Arms = f.Name, Arms{own, own}
		return Group{Name: f.Name, Arms: []GroupArm{{Name: own, Fix: f.Name, Side: Before}}}
	}
	f.Group, f.Arms = f.Name, Arms{Before, After}
	return Group{
		Name: f.Name, Arms: []GroupArm{{Name: Before, Fix: f.Name, Side: Before}, {Name: After, Fix: f.Name, Side: After}},
	}
}

// UnmarshalJSON reads a place as schema 1 had it, too.
func (s *Slot) UnmarshalJSON(data []byte) error {
	type plain Slot
	old := struct {
		*plain
		Fix  string `json:"fix"`
		Pair int    `json:"pair"`
	}{plain: (*plain)(s)}
	if err := json.Unmarshal(data, &old); err != nil {
		return err
	}
	s.fill(old.Fix, old.Pair)
	return nil
}

// fill takes over the names of schema 1 where there are no others.
func (s *Slot) fill(fix string, pair int) {
	if s.Group == "" && s.Block == 0 {
		s.Group, s.Block = fix, pair
	}
}

// UnmarshalJSON reads a trial as schema 1 had it, too.
func (t *Trial) UnmarshalJSON(data []byte) error {
	type plain Trial
	old := struct {
		*plain
		Fix  string `json:"fix"`
		Pair int    `json:"pair"`
	}{plain: (*plain)(t)}
	if err := json.Unmarshal(data, &old); err != nil {
		return err
	}
	s := t.Slot()
	s.fill(old.Fix, old.Pair)
	t.Group, t.Block = s.Group, s.Block
	// What was invalid then was run again, whatever the reason.
	t.Spoiled = t.Spoiled || t.Schema == 1 && t.Invalid != "" && !t.Interrupted
	return nil
}
