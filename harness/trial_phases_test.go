package harness

import (
	"slices"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/results"
)

// twoCuts is a trial with a transfer and two isolations, of which the watch reported ErrNoLeader at these times.
func twoCuts(reports ...time.Duration) *trial {
	const s, epoch = time.Second, clock.Nanos(time.Hour)
	t := &trial{epoch: epoch}
	t.plan = plan.Plan{Events: []plan.Event{
		{ID: "e1", At: 3100 * time.Millisecond}, {ID: "e2", At: 4 * s, For: 3 * s}, {ID: "e3", At: 9 * s, For: 3 * s},
	}}
	t.scenario.Phases = Phases{
		WarmUp: s, Steady: s, Capacity: s, Fault: 10 * s, Recovery: s, Drain: s,
	}
	for _, at := range reports {
		t.events.add(results.Event{At: epoch.Add(at), Source: "worker", What: string(LeaderGone)})
	}
	t.record.Faults = []results.Fault{
		{Event: "e2", Effective: at(4.5)}, {Event: "e3", Effective: at(9.5)},
	}
	t.record.Capacity = []results.Capacity{{Name: results.CapacityCalm}, {Name: results.CapacityTrigger}}
	return t
}

func at(seconds float64) results.Offset { return results.Offset(seconds * 1e9) }

func TestEachHeldFaultOpensATriggerWindow(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		reports  []time.Duration
		want     [][2]float64
		capacity bool
	}{
		"both":                 {[]time.Duration{6000 * ms, 10500 * ms}, [][2]float64{{6, 7}, {10.5, 11}}, true},
		"reported again":       {[]time.Duration{6000 * ms, 6500 * ms, 10500 * ms}, [][2]float64{{6, 7}, {10.5, 11}}, true},
		"only the first":       {[]time.Duration{6000 * ms}, [][2]float64{{6, 7}}, false},
		"only the last":        {[]time.Duration{10500 * ms}, [][2]float64{{10.5, 11}}, true},
		"after the heal":       {[]time.Duration{7500 * ms, 12500 * ms}, nil, false},
		"around the transfer":  {[]time.Duration{3200 * ms}, nil, false},
		"in the closed window": {[]time.Duration{11500 * ms}, nil, false},
		"before its effect":    {[]time.Duration{4100 * ms, 9200 * ms}, nil, false},
		"never":                {nil, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			tr := twoCuts(c.reports...)
			tr.layWindows()
			var want []results.Phase
			for _, w := range c.want {
				want = append(want, results.Phase{Name: results.UnderTrigger, From: at(w[0]), To: at(w[1])})
			}
			if got := tr.record.Windows(results.UnderTrigger); !slices.Equal(got, want) {
				t.Errorf("windows %v, want %v", got, want)
			}
			if got := len(tr.record.Capacity) == 2; got != c.capacity {
				t.Errorf("capacity %+v", tr.record.Capacity)
			}
		})
	}
}

func TestHistogramPhasesDoNotOverlap(t *testing.T) {
	tr := twoCuts(6*time.Second, 10500*time.Millisecond)
	tr.layWindows()
	phases := histogramPhases(tr.record.Phases)
	var names []string
	for i, p := range phases {
		names = append(names, p.Name)
		if i > 0 && p.From < phases[i-1].To {
			t.Errorf("%+v begins within %+v", p, phases[i-1])
		}
	}
	want := []string{"warm-up", "steady", "fault", "trigger", "fault", "trigger", "fault", "recovery"}
	if !slices.Equal(names, want) {
		t.Errorf("phases %v, want %v", names, want)
	}
}

// Faults that are under way together open one window, and it ends when the watch stands again.
func TestTriggerWindowsOfFaultsAtATime(t *testing.T) {
	tr := twoCuts(6000*time.Millisecond, 10500*time.Millisecond)
	tr.scenario.Phases.Capacity = 0
	tr.plan.Events = append(tr.plan.Events, plan.Event{ID: "e4", At: 5 * time.Second, For: 3 * time.Second})
	tr.record.Faults = append(tr.record.Faults, results.Fault{Event: "e4", Effective: at(5.5)})
	tr.events.add(results.Event{At: tr.epoch.Add(11 * time.Second), Source: "worker", What: string(LeaderBack)})
	tr.layWindows()
	want := []results.Phase{
		{Name: results.UnderTrigger, From: at(6), To: at(8)}, {Name: results.UnderTrigger, From: at(10.5), To: at(11)},
	}
	if got := tr.record.Windows(results.UnderTrigger); !slices.Equal(got, want) {
		t.Errorf("windows %v, want %v", got, want)
	}
}

// A fault within another one begins later and heals earlier. The fault phase ends with the one that heals last, or its
// trigger would lie in recovery, and the trial's histograms could not be written.
func TestAFaultWithinAnotherOneEndsNoPhase(t *testing.T) {
	const s = time.Second
	tr := twoCuts()
	tr.plan.Events = []plan.Event{{ID: "e2", At: 4 * s, For: 5 * s}, {ID: "e3", At: 5 * s, For: s}}
	tr.record.Faults = []results.Fault{{Event: "e2", Effective: at(4.5)}, {Event: "e3", Effective: at(5.5)}}
	tr.events.add(results.Event{At: tr.epoch.Add(7 * s), Source: "worker", What: string(LeaderGone)})
	tr.layWindows()
	phases := histogramPhases(tr.record.Phases)
	for i := 1; i < len(phases); i++ {
		if phases[i].From < phases[i-1].To {
			t.Errorf("%v begins before the end of %v", phases[i], phases[i-1])
		}
	}
	want := []results.Phase{{Name: results.UnderTrigger, From: at(7), To: at(8)}} // the closed loop has the last second
	if got := tr.record.Windows(results.UnderTrigger); !slices.Equal(got, want) {
		t.Errorf("under the trigger: %v, want %v", got, want)
	}
	if got := tr.record.Windows(results.Recovery); len(got) != 1 || got[0].From != at(9) {
		t.Errorf("recovery is %v, and begins at 9 s", got)
	}
}
