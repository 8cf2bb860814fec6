package faults

import (
	"math/rand/v2"
	"slices"

	"aftershock/chaos"
)

// The builders of grudges are pure: from names to who does not hear whom. Jepsen has the same shapes
// (jepsen/nemesis.clj). None of them cuts a member off from itself, and none but oneWay and majoritiesRing cuts one
// direction of two.

// isolate cuts a member off from all others, in both directions (Jepsen's split-one).
func isolate(members []string, m string) chaos.Grudge {
	return split([]string{m}, without(members, m))
}

// split cuts two groups off from each other, in both directions (Jepsen's complete-grudge, of two components). A member
// of neither group hears both and is heard by both: it is the bridge between them.
func split(a, b []string) chaos.Grudge {
	return merge(oneWay(a, b), oneWay(b, a))
}

// oneWay lets nothing from one group arrive at the other, and leaves the way back open.
func oneWay(from, to []string) chaos.Grudge {
	g := chaos.Grudge{}
	for _, hearer := range to {
		if unheard := without(from, hearer); len(unheard) > 0 {
			g[hearer] = unheard
		}
	}
	return g
}

// merge cuts everything that any of the grudges cuts.
func merge(grudges ...chaos.Grudge) chaos.Grudge {
	all := chaos.Grudge{}
	for _, g := range grudges {
		for hearer, unheard := range g {
			for _, m := range unheard {
				if !slices.Contains(all[hearer], m) {
					all[hearer] = append(all[hearer], m)
				}
			}
		}
	}
	for _, unheard := range all {
		slices.Sort(unheard)
	}
	return all
}

// shuffled is the members in a drawn order. The members themselves stay as they are.
func shuffled(members []string, rng *rand.Rand) []string {
	order := slices.Clone(members)
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	return order
}

// halves draws who belongs to which half; of an odd number the first half is the smaller (Jepsen's bisect).
func halves(members []string, rng *rand.Rand) (a, b []string) {
	order := shuffled(members, rng)
	return order[:len(order)/2], order[len(order)/2:]
}

// bridge draws two halves and the one member that both of them reach (Jepsen's bridge).
func bridge(members []string, rng *rand.Rand) (a []string, over string, b []string) {
	order := shuffled(members, rng)
	middle := len(order) / 2
	return order[:middle], order[middle], order[middle+1:]
}

// majoritiesRing places the members in a ring. Each hears the smallest majority that there is: itself and those next to
// it, as many after it as before, or one fewer. So no two hear the same (Jepsen's majorities-ring-perfect).
//
// Of 4, 5, 8 or 9 members, two that hear each other are also heard by each other. Of 3, 6 or 7 each is heard by one
// that it does not hear: of three, n1 is heard by n2, n2 by n3 and n3 by n1. Every member hears a majority then, and
// none can exchange messages with a majority.
func majoritiesRing(ring []string) chaos.Grudge {
	n := len(ring)
	others := n / 2 // beside itself, for a majority
	g := chaos.Grudge{}
	for i, hearer := range ring {
		for distance := others/2 + 1; distance < n-(others+1)/2; distance++ {
			g[hearer] = append(g[hearer], ring[(i+distance)%n])
		}
	}
	return merge(g)
}

func without(members []string, m string) []string {
	return slices.DeleteFunc(slices.Clone(members), func(other string) bool { return other == m })
}

func majority(members int) int { return members/2 + 1 }
