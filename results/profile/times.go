package profile

import (
	"errors"
	"slices"
	"time"

	pprof "github.com/google/pprof/profile"
)

// times is how long functions ran, in nanoseconds.
type times struct {
	all     int64
	samples int64
	self    map[string]int64
	with    map[string]int64
}

// timesOf adds up a CPU profile. A function that is on a stack more than once, because it recurs, counts once.
func timesOf(p *pprof.Profile) (times, error) {
	t := times{self: map[string]int64{}, with: map[string]int64{}}
	cpu, samples := valueOf(p, "cpu"), valueOf(p, "samples")
	if cpu < 0 || samples < 0 {
		return t, errors.New("it is no CPU profile: it lacks samples or cpu")
	}
	for _, s := range p.Sample {
		took := s.Value[cpu]
		t.all += took
		t.samples += s.Value[samples]
		seen := map[string]bool{}
		for i, name := range stack(s) {
			if i == 0 {
				t.self[name] += took
			}
			if !seen[name] {
				seen[name] = true
				t.with[name] += took
			}
		}
	}
	return t, nil
}

// valueOf is the place of a kind of value in each sample; -1 if it has none.
func valueOf(p *pprof.Profile, kind string) int {
	return slices.IndexFunc(p.SampleType, func(v *pprof.ValueType) bool { return v.Type == kind })
}

// stack names a sample's functions, the one that ran first. A location of inlined functions has a line for each, the
// innermost first.
func stack(s *pprof.Sample) (all []string) {
	for _, l := range s.Location {
		for _, line := range l.Line {
			if line.Function != nil {
				all = append(all, line.Function.Name)
			}
		}
	}
	return all
}

func (t times) share(took int64) float64 {
	if t.all == 0 {
		return 0
	}
	return float64(took) / float64(t.all)
}

func (t times) side() Side { return Side{CPU: time.Duration(t.all), Samples: t.samples} }

// together adds up trials.
func together(trials []times) times {
	sum := times{self: map[string]int64{}, with: map[string]int64{}}
	for _, t := range trials {
		sum.all += t.all
		sum.samples += t.samples
		for name, took := range t.self {
			sum.self[name] += took
		}
		for name, took := range t.with {
			sum.with[name] += took
		}
	}
	return sum
}
