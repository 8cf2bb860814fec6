package harness

import (
	"slices"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness/noise"
	"aftershock/results"
)

// The machine is looked at where one phase ends and the next begins: each of their windows, and no time is left out.
func TestTheMachinesWindows(t *testing.T) {
	got := twoCuts().machineWindows()
	want := []results.Phase{
		{Name: results.Steady, From: at(1), To: at(2)}, {Name: inCapacity, From: at(2), To: at(3)},
		{Name: results.InFault, From: at(3), To: at(12)}, {Name: results.Recovery, From: at(12), To: at(14)},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if got := bounds(got); !slices.Equal(got, []results.Offset{at(1), at(2), at(3), at(12), at(14)}) {
		t.Errorf("bounds %v", got)
	}
	free := assignment{scenario: Scenario{Phases: Phases{WarmUp: time.Second, Steady: 2 * time.Second}}}
	if got := free.machineWindows(); !slices.Equal(got, []results.Phase{{Name: results.Steady, From: at(1), To: at(3)}}) {
		t.Errorf("without faults: %v", got)
	}
}

// An interrupted trial has the windows that there were; one that ended before its first has no score.
func TestTheMachineOfATrialThatWasCutShort(t *testing.T) {
	for looks, names := range map[int][]string{
		0: nil, 1: nil, 2: {results.Steady, results.Measured},
		3: {results.Steady, inCapacity, results.Measured},
		5: {results.Steady, inCapacity, results.InFault, results.Recovery, results.Measured},
	} {
		cut := twoCuts()
		var read []noise.Reading
		for range looks {
			read = append(read, noise.Read())
		}
		cut.bookMachine(cut.machineWindows(), read)
		var got []string
		for _, w := range cut.record.Machine.Windows {
			got = append(got, w.Name)
		}
		if !slices.Equal(got, names) {
			t.Errorf("%d looks: windows %q, want %q", looks, got, names)
		}
		if m := cut.record.Machine; m.Scored && len(names) == 0 {
			t.Errorf("%d looks: %+v", looks, m)
		}
	}
}

// The members of an external cluster are no children of ours, and would count as strangers: most where an arm asks
// most.
func TestExternalMembersAreNoStrangers(t *testing.T) {
	theirs := twoCuts()
	theirs.runtime.External = &External{}
	first := noise.Read()
	last := noise.Read()
	for last.At.Sub(first.At) < 50*time.Millisecond {
		last = noise.Read()
	}
	theirs.bookMachine(theirs.machineWindows(), []noise.Reading{first, last})
	m := theirs.record.Machine
	if m.Scored || m.Score != 0 || len(m.Windows) != 2 || m.Windows[1].Known || m.Windows[1].Strangers != 0 {
		t.Errorf("%+v", m)
	}
}

func TestTheLatestMoment(t *testing.T) {
	const ms = time.Millisecond
	events := []plan.Event{
		{ID: "e1", At: time.Second}, {ID: "e2", At: 2 * time.Second, For: 3 * time.Second},
	}
	fault := func(event string, injected, healed time.Duration) results.Fault {
		return results.Fault{Event: event, Injected: results.Offset(injected), Healed: results.Offset(healed)}
	}
	waited := func(by, injected, healed time.Duration) results.Fault {
		f := fault("e2", injected, healed)
		f.Waited = by
		return f
	}
	for _, c := range []struct {
		name   string
		faults []results.Fault
		late   time.Duration
		event  string
	}{
		{"on time", []results.Fault{fault("e1", time.Second, 0), fault("e2", 2*time.Second, 5*time.Second)}, 0, ""},
		{"injected late", []results.Fault{fault("e1", 1030*ms, 0), fault("e2", 2010*ms, 5020*ms)}, 30 * ms, "e1"},
		{"healed late", []results.Fault{fault("e1", 1030*ms, 0), fault("e2", 2010*ms, 12*time.Second)}, 7 * time.Second, "e2"},
		{"what is not held heals when it was seen", []results.Fault{fault("e1", time.Second, 9*time.Second)}, 0, ""},
		{"interrupted: healed before its time", []results.Fault{fault("e2", 2*time.Second, 3*time.Second)}, 0, ""},
		{"waited for its target, which is no lateness", []results.Fault{waited(2*time.Second, 4010*ms, 5020*ms)}, 20 * ms, "e2"},
		{"waited for its target, and late as well", []results.Fault{waited(time.Second, 4*time.Second, 6*time.Second)}, time.Second, "e2"},
		{"never injected", []results.Fault{{Event: "e1"}}, 0, ""},
		{"of another plan", []results.Fault{fault("e9", time.Hour, 0)}, 0, ""},
	} {
		if late, event := latest(events, c.faults); late != c.late || event != c.event {
			t.Errorf("%s: %v of %q, want %v of %q", c.name, late, event, c.late, c.event)
		}
	}
}
