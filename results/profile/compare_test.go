package profile_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/results/profile"
	"aftershock/results/profile/profiletest"

	pprof "github.com/google/pprof/profile"
)

// made is a CPU profile with these stacks.
var made = profiletest.CPU

func compare(t *testing.T, pairs ...profile.Pair) profile.Window {
	t.Helper()
	w, err := profile.Compare("fault", pairs)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func function(t *testing.T, w profile.Window, name string) profile.Function {
	t.Helper()
	for _, f := range w.Functions {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("%s is not listed: %+v", name, w.Functions)
	return profile.Function{}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestSharesOfAPair(t *testing.T) {
	w := compare(t, profile.Pair{
		Number: 3,
		Before: made(map[string]int64{"lock,Err build main": 30, "assign build main": 50, "build main": 20}),
		After:  made(map[string]int64{"assign build main": 40, "build main": 10}),
	})
	if w.Name != "fault" || len(w.Pairs) != 1 || w.Pairs[0] != 3 || w.Before.Samples != 100 ||
		w.Before.CPU != time.Second || w.After.Samples != 50 {
		t.Errorf("%+v", w)
	}
	for name, want := range map[string]struct{ self, with, selfAfter, withAfter float64 }{
		"Err":    {0, 0.3, 0, 0}, // inlined code ran, and it is of Err's total
		"lock":   {0.3, 0.3, 0, 0},
		"assign": {0.5, 0.5, 0.8, 0.8},
	} {
		f := function(t, w, name)
		if !near(f.Self.Before, want.self) || !near(f.With.Before, want.with) || !near(f.Self.After, want.selfAfter) ||
			!near(f.With.After, want.withAfter) || !near(f.With.Change, want.withAfter-want.with) {
			t.Errorf("%s: %+v, want %+v", name, f, want)
		}
		if f.With.Interval || f.With.Same != 1 || !f.Clear() {
			t.Errorf("%s: one pair gives no interval, and hides nothing: %+v", name, f)
		}
	}
	for _, f := range w.Functions {
		if f.Name == "main" || f.Name == "build" { // whose total is everything, and whose self is 20 % in both
			t.Errorf("%s did not change: %+v", f.Name, f)
		}
	}
}

func TestRecursionCountsOnce(t *testing.T) {
	w := compare(t, profile.Pair{
		Before: made(map[string]int64{"walk walk walk main": 1, "main": 1}), After: made(map[string]int64{"main": 1}),
	})
	if f := function(t, w, "walk"); !near(f.With.Before, 0.5) || !near(f.Self.Before, 0.5) {
		t.Errorf("%+v", f)
	}
}

// The pairs have to agree: what one of them alone shows is not clear, however large.
func TestClearFunctionsComeFirst(t *testing.T) {
	var pairs []profile.Pair
	for i, stray := range []int64{0, 0, 900, 0} {
		n := int64(i)
		pairs = append(pairs, profile.Pair{
			Number: i + 1,
			Before: made(map[string]int64{"Err main": 200 + n, "stray main": 1, "main": 800}),
			After:  made(map[string]int64{"Err main": 2 + n, "stray main": 1 + stray, "main": 1000}),
		})
	}
	w := compare(t, pairs...)
	e, s := function(t, w, "Err"), function(t, w, "stray")
	if !e.Clear() || s.Clear() || w.Functions[0].Name != "Err" || math.Abs(s.With.Change) < profile.Fewest {
		t.Errorf("%+v", w.Functions)
	}
	if !e.With.Interval || e.With.Low > e.With.Change || e.With.High < e.With.Change || e.With.High >= 0 ||
		e.With.Same != 4 {
		t.Errorf("%+v", e.With)
	}
}

func TestThreshold(t *testing.T) {
	w := compare(t, profile.Pair{
		Before: made(map[string]int64{"four": 4, "five": 5, "main": 991}),
		After:  made(map[string]int64{"main": 1000}),
	})
	if function(t, w, "five"); len(w.Functions) != 2 { // and main
		t.Errorf("%+v", w.Functions)
	}
}

// A pair without a sample in one arm has no shares: 0 % of nothing is not 0 %.
func TestAPairWithoutSamplesIsLeftOut(t *testing.T) {
	full, none := made(map[string]int64{"main": 10}), made(nil)
	w := compare(t, profile.Pair{Number: 1, Before: full, After: none},
		profile.Pair{Number: 2, Before: full, After: full},
		profile.Pair{Number: 3, Before: none, After: none})
	if len(w.Pairs) != 1 || w.Pairs[0] != 2 || len(w.Functions) != 0 || w.Before.Samples != 10 {
		t.Errorf("%+v", w)
	}
	if w := compare(t); len(w.Pairs)+len(w.Functions) != 0 {
		t.Errorf("%+v", w)
	}
}

func TestAProfileOfSomethingElse(t *testing.T) {
	heap := made(map[string]int64{"main": 1})
	heap.SampleType[1].Type = "inuse_space"
	one := made(map[string]int64{"main": 1})
	_, err := profile.Compare("fault", []profile.Pair{{Number: 4, Before: one, After: heap}})
	if err == nil || err.Error() != "pair 4, after: it is no CPU profile: it lacks samples or cpu" {
		t.Errorf("error %v", err)
	}
}

// A profile that has been through pprof's own format is the same.
func TestAsPprofWritesIt(t *testing.T) {
	var file strings.Builder
	p := made(map[string]int64{"lock,Err build main": 3, "main": 7})
	if err := p.Write(&file); err != nil {
		t.Fatal(err)
	}
	read, err := pprof.ParseData([]byte(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	if w := compare(t, profile.Pair{Before: p, After: read}); len(w.Functions) != 0 || w.After.Samples != 10 {
		t.Errorf("%+v", w)
	}
}

// Functions stand where they were called: one that two others call is there twice, and the shares of all that a
// function called are at most its own.
func TestStacksOfPairs(t *testing.T) {
	w := compare(t,
		profile.Pair{Number: 1, Before: made(map[string]int64{"copy,build run": 6, "send run": 4}),
			After: made(map[string]int64{"copy,build run": 2, "send run": 8})},
		profile.Pair{Number: 2, Before: made(map[string]int64{"copy send run": 10}),
			After: made(map[string]int64{"run": 10})},
		profile.Pair{Number: 3, Before: made(nil), After: made(map[string]int64{"left-out": 10})},
	)
	var lines []string
	var walk func(s *profile.Stack, at string)
	walk = func(s *profile.Stack, at string) {
		at += "/" + s.Name
		lines = append(lines, fmt.Sprintf("%s %.2f %.2f", at, s.Before, s.After))
		for _, c := range s.Calls {
			walk(c, at)
		}
	}
	walk(w.Stacks, "")
	want := []string{
		"/all 1.00 1.00", "/all/run 1.00 1.00", "/all/run/build 0.30 0.10", "/all/run/build/copy 0.30 0.10",
		"/all/run/send 0.70 0.40", "/all/run/send/copy 0.50 0.00",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got  %q\nwant %q", lines, want)
	}
}
