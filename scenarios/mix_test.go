package scenarios

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/plan"
)

// A scenario with a mix has no capacity window under the trigger.
func withMix(t *testing.T, mix string) string {
	t.Helper()
	s := strings.Replace(valid, "capacity: 500ms, ", "", 1)
	s = strings.Replace(s, "  events:\n", "  mix: "+mix+"\n  events:\n", 1)
	return strings.Replace(s, "data: tmpfs}", "data: tmpfs, tls: true, quota: 64MiB, snapshot-count: 200}", 1)
}

func TestReadAMix(t *testing.T) {
	s, err := read("some.yaml", []byte(withMix(t, "{from: 200ms, until: 5s, calm: 200ms, jitter: 50ms, overlap: "+
		"2, choices: ["+
		"{fault: link, target: follower, for: 1s, weight: 2, with: {latency: 20ms}}, {fault: rotation, weight: 1}]}")), rules)
	if err != nil {
		t.Fatal(err)
	}
	start := s.Phases.FaultStart()
	want := &plan.Mix{From: start + 200*ms, Until: start + 5*time.Second, Calm: 200 * ms, Jitter: 50 * ms,
		Overlap: 2, Choices: []plan.Choice{
			{FaultSpec: plan.FaultSpec{Fault: "link", Target: "follower", For: time.Second,
				Params: plan.Params{"latency": "20ms"}}, Weight: 2},
			{FaultSpec: plan.FaultSpec{Fault: "rotation"}, Weight: 1},
		}}
	if !reflect.DeepEqual(s.Faults.Mix, want) {
		t.Errorf("got  %+v\nwant %+v", s.Faults.Mix, want)
	}
	if !s.Cluster.TLS || s.Cluster.Quota != 64<<20 || s.Cluster.SnapshotCount != 200 || len(s.Cluster.Features()) != 3 {
		t.Errorf("the cluster is %+v", s.Cluster)
	}
}

func TestMixesThatAreRefused(t *testing.T) {
	for mix, want := range map[string]string{
		"{from: 0s, until: 7s, calm: 1ms, overlap: 1, choices: [{fault: rotation, weight: 1}]}":                 "until: 7s is beyond the end of the fault window at 6s",
		"{from: 0s, until: 1s, calm: 1ms, overlap: 1, choices: []}":                                             "choices: there must be at least one choice",
		"{from: 0s, until: 1s, calm: 1ms, overlap: 1, choices: [{fault: cut, target: n1, for: 1s, weight: 1}]}": `target: unknown client to hit "n1"`,
		"{from: 0s, until: 1s, calm: 1ms, jitter: 1ms, overlap: 1, choices: [{fault: rotation, weight: 1}]}":    "rotation takes 1s, and the mix has room for 999ms",
	} {
		if _, err := read("some.yaml", []byte(withMix(t, mix)), rules); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got\n%v\nwant %q", mix, err, want)
		}
	}
}
