package harness

import (
	"fmt"
	"reflect"
	"slices"

	"aftershock/results"
	"aftershock/results/ops"
)

// group is a group of fixes and the different arms that they compare.
type group struct {
	results.Group
	fixes []Fix
}

// same tells whether two arms have the same code: what one holds is deeply equal to what the other holds. An arm that
// does not say what it holds equals no other.
func same(a Fix, of results.Arm, b Fix, other results.Arm) bool {
	if a.Name == b.Name && (of == other || a.Against != "") {
		return true
	}
	if a.Holds == nil || b.Holds == nil {
		return false
	}
	one := a.Holds(of)
	return one != nil && reflect.DeepEqual(one, b.Holds(other))
}

var sides = [2]results.Arm{results.Before, results.After}

// groupsOf puts fixes that share an arm, directly or through other fixes, into one group. It keeps their order.
func groupsOf(fixes []Fix) []group {
	var groups []group
	for _, f := range fixes {
		joined := group{}
		var apart []group
		for _, g := range groups {
			if slices.ContainsFunc(g.fixes, func(other Fix) bool { return shares(f, other) }) {
				joined.fixes = append(joined.fixes, g.fixes...)
			} else {
				apart = append(apart, g)
			}
		}
		joined.fixes = append(joined.fixes, f)
		groups = slices.Concat(apart, []group{joined})
	}
	for i := range groups {
		groups[i].lay(fixes)
	}
	slices.SortFunc(groups, func(a, b group) int { return place(fixes, a.fixes[0]) - place(fixes, b.fixes[0]) })
	return groups
}

// Arms is the number of different arms of the fixes: the number of trials in one block of each of their groups.
func Arms(fixes []Fix) (n int) {
	for _, g := range groupsOf(fixes) {
		n += len(g.Arms)
	}
	return n
}

func shares(a, b Fix) bool {
	for _, of := range sides {
		for _, other := range sides {
			if same(a, of, b, other) {
				return true
			}
		}
	}
	return false
}

func place(fixes []Fix, f Fix) int {
	return slices.IndexFunc(fixes, func(other Fix) bool { return other.Name == f.Name })
}

// lay puts the group's fixes in the order of the run, lists its different arms, and tells each fix which two are its own.
func (g *group) lay(order []Fix) {
	slices.SortFunc(g.fixes, func(a, b Fix) int { return place(order, a) - place(order, b) })
	g.Name = g.fixes[0].Name
	if more := len(g.fixes) - 1; more > 0 {
		g.Name = fmt.Sprintf("%s+%d", g.Name, more)
	}
	for i := range g.fixes {
		f := &g.fixes[i]
		f.Group = g.Name
		f.Arms = results.Arms{Before: g.arm(*f, results.Before), After: g.arm(*f, results.After)}
	}
}

// arm gives the name of a fix's arm, which it enters with its first fix.
func (g *group) arm(f Fix, side results.Arm) results.Arm {
	for _, a := range g.Arms {
		if same(f, side, g.fixes[place(g.fixes, Fix{Fix: results.Fix{Name: a.Fix}})], a.Side) &&
			(a.Fix != f.Name || a.Side == side || f.Against != "") {
			return a.Name
		}
	}
	a := results.GroupArm{Name: g.name(f, side), Fix: f.Name, Side: side}
	g.Arms = append(g.Arms, a)
	return a.Name
}

// name is the side's where all fixes of the group have the same arm there. Otherwise it says whose arm it is. An arm
// that is on both sides bears its fix's name.
func (g *group) name(f Fix, side results.Arm) results.Arm {
	if f.Against != "" {
		return results.Arm(f.Name)
	}
	for _, other := range g.fixes {
		if !same(f, side, other, side) {
			return results.Arm(f.Name) + "-" + side
		}
	}
	return side
}

// describe is what each trial of the group records: what every fix's workload does, and the counters of all of them. So
// the trials of a block differ only in their arm. Two fixes that give one counter different meanings are refused.
func (g group) describe() (Description, error) {
	all := g.fixes[0].Workload(results.Before).Describe()
	declared := map[string]ops.Counter{}
	all.Counters = nil
	for _, f := range g.fixes {
		for _, side := range sides {
			d := f.Workload(side).Describe()
			if !slices.Equal(d.Streams, all.Streams) {
				return all, fmt.Errorf("fix %q serves other streams than %q, with which it shares an arm", f.Name, g.fixes[0].Name)
			}
			for _, c := range d.Counters {
				known, ok := declared[c.Name]
				if ok && known != c {
					return all, fmt.Errorf("fix %q counts %+v, and another that it shares an arm with counts %+v", f.Name, c, known)
				}
				if !ok {
					declared[c.Name] = c
					all.Counters = append(all.Counters, c)
				}
			}
		}
	}
	return all, nil
}

// primary is the name of the stream by which the group's trials are judged.
func (g group) primary() string { return g.fixes[0].Workload(results.Before).Describe().Primary() }

// of finds the fix and the side whose workload an arm's trials run.
func (g group) of(arm results.Arm) (Fix, results.Arm) {
	for _, a := range g.Arms {
		if a.Name == arm {
			return g.fixes[place(g.fixes, Fix{Fix: results.Fix{Name: a.Fix}})], a.Side
		}
	}
	panic("group " + g.Name + " has no arm " + string(arm)) // the order is made of its arms
}
