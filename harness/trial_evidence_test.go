package harness

import (
	"reflect"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness/evidence"
	"aftershock/results"
)

func TestWhatIsProfiledOfATrial(t *testing.T) {
	window := func(name string, from, to float64) results.Phase {
		return results.Phase{Name: name, From: at(from), To: at(to)}
	}
	for name, c := range map[string]struct {
		alter   func(*trial)
		windows []results.Phase
		watched results.Phase
	}{
		"all": {func(*trial) {}, []results.Phase{
			window(results.Steady, 1, 2), window(results.ProfiledCalm, 2, 3), window(results.InFault, 3, 11),
			window(results.ProfiledTrigger, 11, 12), window(results.Recovery, 12, 14),
		}, window(results.InFault, 3, 12)},
		"no closed loop": {func(t *trial) { t.scenario.Phases.Capacity = 0 }, []results.Phase{
			window(results.Steady, 1, 2), window(results.InFault, 2, 12), window(results.Recovery, 12, 13),
		}, window(results.InFault, 2, 12)},
		"no fault that is held": {func(t *trial) { t.plan.Events = t.plan.Events[:1] }, []results.Phase{
			window(results.Steady, 1, 2), window(results.ProfiledCalm, 2, 3), window(results.InFault, 3, 13),
			window(results.Recovery, 13, 14),
		}, window(results.InFault, 3, 13)},
		"no cluster": {func(t *trial) {
			t.plan, t.scenario.Phases = plan.Plan{}, Phases{WarmUp: time.Second, Steady: time.Second,
				Drain: time.Second}
		}, []results.Phase{window(results.Steady, 1, 2)}, window(results.Steady, 1, 2)},
	} {
		t.Run(name, func(t *testing.T) {
			tr := twoCuts()
			tr.profiled, tr.folder, tr.group = true, "trial", group{fixes: []Fix{made("any", nil, nil)}}
			tr.scenario.Streams = []Stream{{Name: "publish", Timeout: time.Minute},
				{Name: "batch", Timeout: time.Second}}
			c.alter(tr)
			want := &evidence.Config{
				Folder: "trial", Windows: c.windows, Watched: c.watched, Response: time.Second,
				Trace: traceLimit, Ring: ringLimit,
			}
			if got := tr.toRecord(); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
			for i, w := range c.windows { // one profile at a time
				if i > 0 && w.From < c.windows[i-1].To {
					t.Errorf("%+v begins within %+v", w, c.windows[i-1])
				}
			}
		})
	}
	if got := twoCuts().toRecord(); got != nil {
		t.Errorf("a trial that is not profiled records %+v", got)
	}
}
