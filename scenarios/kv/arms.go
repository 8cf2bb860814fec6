package kv

import (
	"maps"
	"slices"
	"strings"

	"aftershock/harness/cluster"
	"aftershock/results"
)

// Server is how the members of an arm are set.
type Server = cluster.Server

// Arms are two servers. The members of an arm's clusters differ from the other's in them alone.
type Arms struct {
	Before Server `json:"before"`
	After  Server `json:"after"`
}

func (a Arms) of(side results.Arm) Server {
	if side == results.Before {
		return a.Before
	}
	return a.After
}

// Differing names the settings in which the arms differ, and says how: "snapshot-count: 1000 -> 100000". Both are
// empty for arms that are the same.
func (a Arms) Differing() (names []string, says string) {
	const usual = "usual"
	before, after := a.Before.Settings(), a.After.Settings()
	all := maps.Clone(before)
	maps.Copy(all, after)
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		was, is := usual, usual
		if value, ok := before[name]; ok {
			was = value
		}
		if value, ok := after[name]; ok {
			is = value
		}
		if was != is {
			names, parts = append(names, name), append(parts, name+": "+was+" -> "+is)
		}
	}
	return names, strings.Join(parts, ", ")
}
