package harness

import (
	"maps"
	"slices"

	"aftershock/internal/nearest"
)

// meant is the scenario with every misspelt stream and setting under the name that was most likely meant, unless the
// scenario has that name as well. The misspelt name is one error. That the right name is missing, and that a fix cannot
// be judged without it, would be a second and false error.
func (s Scenario) meant(d Description) Scenario {
	s.Streams = slices.Clone(s.Streams)
	known := d.names(true)
	for i, stream := range s.Streams {
		has := func(name string) bool {
			return slices.ContainsFunc(s.Streams, func(other Stream) bool { return other.Name == name })
		}
		if m := misspelt(stream.Name, known, has); m != "" {
			s.Streams[i].Name = m
		}
	}
	given := s.Workload
	s.Workload = maps.Clone(given)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		has := func(name string) bool {
			_, ok := s.Workload[name]
			return ok
		}
		if m := misspelt(name, d.Settings, has); m != "" {
			s.Workload[m] = given[name]
		}
	}
	return s
}

// misspelt returns the known name that a misspelt one most likely means, and "" for a known name or when none is
// near.
func misspelt(name string, known []string, has func(string) bool) string {
	if slices.Contains(known, name) {
		return ""
	}
	if m := nearest.Match(name, known); m != "" && !has(m) {
		return m
	}
	return ""
}
