// Package profiletest makes CPU profiles for tests.
package profiletest

import (
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// Sample is how much CPU time a sample stands for.
const Sample = 10 * time.Millisecond

// CPU is a CPU profile with these stacks, the function that ran first, and how many samples each has. Functions that
// are joined by a comma are inlined into the one after it, and share a location.
func CPU(stacks map[string]int64) *profile.Profile {
	p := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "cpu", Unit: "nanoseconds"}},
		PeriodType: &profile.ValueType{Type: "cpu", Unit: "nanoseconds"}, Period: int64(Sample),
	}
	for stack, n := range stacks {
		s := &profile.Sample{Value: []int64{n, n * int64(Sample)}}
		for place := range strings.SplitSeq(stack, " ") {
			l := &profile.Location{ID: uint64(len(p.Location) + 1)}
			for name := range strings.SplitSeq(place, ",") {
				f := &profile.Function{ID: uint64(len(p.Function) + 1), Name: name}
				p.Function = append(p.Function, f)
				l.Line = append(l.Line, profile.Line{Function: f})
			}
			p.Location = append(p.Location, l)
			s.Location = append(s.Location, l)
		}
		p.Sample = append(p.Sample, s)
	}
	return p
}
