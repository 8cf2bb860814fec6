package profile

import (
	"maps"
	"slices"

	pprof "github.com/google/pprof/profile"
)

// Stack is a function where it was called from those above it, with its share of the CPU time of each arm, from 0 to 1,
// and what it called. All samples of an arm count together, as everywhere where shares are shown.
type Stack struct {
	Name          string
	Before, After float64
	Calls         []*Stack // by name
}

// node is a stack while it is added up, in nanoseconds.
type node struct {
	took  [2]int64
	calls map[string]*node
}

// All is the name of the root, which is no function.
const All = "all"

// stacksOf lays the profiles of all pairs over each other. They are profiles of CPU time, as timesOf has seen.
func stacksOf(pairs []Pair) *Stack {
	root := &node{}
	for _, p := range pairs {
		root.add(p.Before, 0)
		root.add(p.After, 1)
	}
	return root.stack(All, root.took)
}

func (n *node) add(p *pprof.Profile, side int) {
	cpu := valueOf(p, "cpu")
	for _, s := range p.Sample {
		at := n
		at.took[side] += s.Value[cpu]
		for _, name := range slices.Backward(stack(s)) {
			if at.calls == nil {
				at.calls = map[string]*node{}
			}
			if at.calls[name] == nil {
				at.calls[name] = &node{}
			}
			at = at.calls[name]
			at.took[side] += s.Value[cpu]
		}
	}
}

// stack is the node with shares of all there is.
func (n *node) stack(name string, all [2]int64) *Stack {
	s := &Stack{Name: name, Before: shareIn(n.took[0], all[0]), After: shareIn(n.took[1], all[1])}
	for _, name := range slices.Sorted(maps.Keys(n.calls)) {
		s.Calls = append(s.Calls, n.calls[name].stack(name, all))
	}
	return s
}

func shareIn(took, all int64) float64 { return times{all: all}.share(took) }
