package harness

import (
	"fmt"
	"testing"
	"time"

	"aftershock/results"
)

func look(arm results.Arm, at int, cost time.Duration) results.LoadLook {
	return results.LoadLook{Arm: arm, At: at, Cost: cost, Busy: 0.9}
}

// waiting is a look at a loop that mostly waited, whose process had much else to do beside few batches.
func waiting(arm results.Arm, at int, cost time.Duration) results.LoadLook {
	l := look(arm, at, cost)
	l.Busy = 0.1
	return l
}

// The slowest look decides: on two processors, 1000 batches a second that cost 0.8 ms each take 40 %.
func TestLoadFor(t *testing.T) {
	spec := LoadSpec{Setting: "series", Least: 500, Most: 8000, Share: 0.4}
	for name, c := range map[string]struct {
		looks    []results.LoadLook
		want     int
		expected float64
		slowest  results.Arm
	}{
		"just right":         {[]results.LoadLook{look("a", 2000, 800*time.Microsecond)}, 2000, 0.4, "a"},
		"in proportion":      {[]results.LoadLook{look("a", 2000, 400*time.Microsecond)}, 4000, 0.4, "a"},
		"the slowest":        {[]results.LoadLook{look("a", 2000, 400*time.Microsecond), look("b", 2000, 1600*time.Microsecond)}, 1000, 0.4, "b"},
		"the slowest look":   {[]results.LoadLook{look("a", 2000, 800*time.Microsecond), look("a", 2000, 400*time.Microsecond)}, 2000, 0.4, "a"},
		"rounded down":       {[]results.LoadLook{look("a", 2000, 600*time.Microsecond)}, 2600, 0.39, "a"},
		"at most the most":   {[]results.LoadLook{look("a", 2000, time.Microsecond)}, 8000, 0.002, "a"},
		"at least the least": {[]results.LoadLook{look("a", 2000, 20*time.Millisecond)}, 500, 2.5, "a"},
		"one that waited": {[]results.LoadLook{
			look("a", 2000, 800*time.Microsecond), waiting("b", 2000, time.Second),
		}, 2000, 0.4, "a"},
		"all waited":       {[]results.LoadLook{waiting("a", 2000, 800*time.Microsecond)}, 2000, 0.4, "a"},
		"nothing was seen": {nil, 8000, 0, ""},
	} {
		value, expected, slowest := loadFor(spec, c.looks, 1000, 2)
		if value != c.want || fmt.Sprintf("%.4g", expected) != fmt.Sprintf("%.4g", c.expected) || slowest != c.slowest {
			t.Errorf("%s: %d, %v, %q; want %d, %v, %q", name, value, expected, slowest, c.want, c.expected, c.slowest)
		}
	}
}

func TestTwoDigits(t *testing.T) {
	for v, want := range map[int]int{0: 0, 7: 7, 99: 99, 100: 100, 119: 110, 2666: 2600, 999_999: 990_000} {
		if got := twoDigits(v); got != want {
			t.Errorf("%d: %d, want %d", v, got, want)
		}
	}
}

func TestShareOf(t *testing.T) {
	// Two processors were used for 400 ms of 2 x 250.
	const window = 250 * time.Millisecond
	calm := results.Capacity{
		Name: results.CapacityCalm, Complete: 900, Incomplete: 100, CPU: 400 * time.Millisecond, Window: window,
	}
	trigger := results.Capacity{
		Name: results.CapacityTrigger, Complete: 500, CPU: 400 * time.Millisecond, Window: window,
	}
	waited := trigger
	waited.Window = time.Second
	for name, c := range map[string]struct {
		of   []results.Capacity
		want float64
	}{
		"calm": {[]results.Capacity{calm}, 0.2}, "under the trigger": {[]results.Capacity{calm, trigger}, 0.4},
		"a loop that waited": {[]results.Capacity{calm, waited}, 0.2}, "only such": {[]results.Capacity{waited}, 0.4},
		"in another order": {[]results.Capacity{trigger, calm}, 0.4}, "nothing": {nil, 0},
		"no batches, but turns of a table": {[]results.Capacity{{Name: results.CapacityTrigger, Complete: 9,
			CPU: time.Second, Window: time.Second, TableOperations: 1}}, 0},
		"no batch": {[]results.Capacity{{Name: results.CapacityTrigger, CPU: time.Second, Window: time.Second}}, 0},
	} {
		if got := shareOf(c.of, 1000, 2, 2); fmt.Sprintf("%.6f", got) != fmt.Sprintf("%.6f", c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// The arms with the defects are looked at, and both of an instrument.
func TestPilotArms(t *testing.T) {
	control := made("control", 0, 0)
	control.Holds, control.Instrument = nil, true
	var got []string
	for _, a := range pilotArms(groupsOf([]Fix{made("a", 1, 0), control, made("b", 2, 0)})) {
		got = append(got, a.group.Name+" "+string(a.arm))
	}
	if want := "[a+1 a-before a+1 b-before control before control after]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}
