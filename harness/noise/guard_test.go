package noise

import (
	"math/rand/v2"
	"testing"
	"time"

	"aftershock/results"
)

const drift, steal = 0.25, 0.02

func machine(before, after float64, steal float64) results.Machine {
	ms := func(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }
	return results.Machine{CanaryBefore: ms(before), CanaryAfter: ms(after), Steal: steal}
}

func TestJudge(t *testing.T) {
	const (
		late  = "machine: the canary took 9.8 ms after the trial and 7.1 ms in the pair's best, more than 25 % longer"
		early = "machine: the canary took 9.8 ms before the trial and 7.1 ms in the pair's best, more than 25 % longer"
	)
	for _, c := range []struct {
		name          string
		first, second results.Machine
		want          [2]string
	}{
		{"quiet", machine(7.1, 7.4, 0), machine(7.4, 7.3, 0.001), [2]string{}},
		{"just allowed", machine(8, 10, 0.02), machine(10, 8, 0.02), [2]string{}},
		{"slow at the end", machine(7.1, 7.4, 0), machine(7.4, 9.8, 0), [2]string{"", late}},
		{"slow at the beginning", machine(9.8, 7.1, 0), machine(7.1, 7.2, 0),
			[2]string{early}},
		{"slow between", machine(7.1, 9.8, 0), machine(9.8, 7.2, 0),
			[2]string{late, early}},
		{"slower ever after", machine(7.1, 7.1, 0), machine(7.1, 9.8, 0), [2]string{"", late}},
		{"a best of the other trial", machine(9.7, 9.8, 0), machine(9.8, 7.1, 0),
			[2]string{late, early}},
		{"slow all along", machine(70, 72, 0), machine(72, 71, 0), [2]string{}},
		{"stolen", machine(7, 7, 0.0312), machine(7, 7, 0),
			[2]string{"machine: others had 3.12 % of its CPU time during the trial, more than 2 %"}},
		{"both", machine(7.1, 9.8, 0.5), machine(0, 7.2, 0),
			[2]string{"machine: others had 50.00 % of its CPU time during the trial, more than 2 %; " +
				late[len("machine: "):]}},
		{"an old file without canaries", machine(0, 0, 0), machine(0, 0, 0.03),
			[2]string{"", "machine: others had 3.00 % of its CPU time during the trial, more than 2 %"}},
		{"one canary alone", machine(0, 900, 0), machine(0, 0, 0), [2]string{}},
		{"one is missing", machine(0, 7.1, 0), machine(7.1, 9.8, 0), [2]string{"", late}},
	} {
		first, second := Judge(c.first, c.second, drift, steal)
		if got := [2]string{first, second}; got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

// The limits are the caller's.
func TestJudgeByOtherLimits(t *testing.T) {
	first, second := machine(7, 7.6, 0), machine(7.6, 7, 0.011)
	if a, b := Judge(first, second, drift, steal); a+b != "" {
		t.Errorf("within the limits: %q, %q", a, b)
	}
	a, b := Judge(first, second, 0.07, 0.01)
	want := "machine: the canary took 7.6 ms after the trial and 7.0 ms in the pair's best, more than 7 % longer"
	if a != want {
		t.Errorf("got %q, want %q", a, want)
	}
	if want = "machine: others had 1.10 % of its CPU time during the trial, more than 1 %; " +
		"the canary took 7.6 ms before the trial and 7.0 ms in the pair's best, more than 7 % longer"; b != want {
		t.Errorf("got %q, want %q", b, want)
	}
}

// Which arm ran first must not matter, nor anything that an arm causes.
func TestJudgeCannotSeeTheArm(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 7))
	canary := func() float64 {
		if r.IntN(8) == 0 {
			return 0
		}
		return 7 + 4*r.Float64()
	}
	some := func() results.Machine { return machine(canary(), canary(), 0.04*r.Float64()) }
	answers := map[[2]bool]int{}
	for range 5000 {
		a, b := some(), some()
		forA, forB := Judge(a, b, drift, steal)
		answers[[2]bool{forA == "", forB == ""}]++
		if again, other := Judge(b, a, drift, steal); again != forB || other != forA {
			t.Fatalf("%+v and %+v: %q and %q; the other way round %q and %q", a, b, forA, forB, other, again)
		}
		a.Load, b.Load = 40*r.Float64(), 40*r.Float64()
		a.Pressure = results.Pressure{Known: r.IntN(2) == 0, CPU: r.Float64(), IO: r.Float64(), Memory: r.Float64()}
		if nowA, nowB := Judge(a, b, drift, steal); nowA != forA || nowB != forB {
			t.Fatalf("with load and pressure %+v: %q and %q instead of %q and %q", a, nowA, nowB, forA, forB)
		}
	}
	if len(answers) != 4 {
		t.Errorf("not every answer was given: %v", answers)
	}
}
