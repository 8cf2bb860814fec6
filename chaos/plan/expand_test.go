package plan

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"aftershock/internal/golden"
)

const ms = time.Millisecond

var churn = Spec{
	Members: 3,
	Clients: []ClientSpec{{Name: "collector", Pin: "follower"}},
	Faults: []FaultSpec{
		{Fault: "leader-transfer", Target: "leader", To: "client.collector", At: 3250 * ms, Jitter: 100 * ms},
		{Fault: "partition-leader", Target: "client.collector", At: 3800 * ms, Jitter: 150 * ms, For: 5 * time.Second},
	},
}

func TestFormatGolden(t *testing.T) {
	got := Format(ExpandAll("leader-churn", churn, rules, 7, 4))
	golden.Compare(t, filepath.Join("testdata", "leader-churn.txt"), []byte(got))
}

func TestSeedDecidesThePlan(t *testing.T) {
	one, again, other := ExpandAll("s", churn, rules, 7, 20), ExpandAll("s", churn, rules, 7, 20), ExpandAll("s", churn, rules, 8, 20)
	if Format(one) != Format(again) || Digest(one) != Digest(again) {
		t.Error("the same seed gave two different plans")
	}
	if Digest(one) == Digest(other) {
		t.Error("another seed gave the same digest")
	}
	same := 0
	for i := range one {
		if reflect.DeepEqual(one[i].Events, other[i].Events) {
			same++
		}
	}
	// Two jitters of 101 and 151 values: one pair in 15,000 agrees by chance.
	if same > 1 {
		t.Errorf("%d of 20 pairs have the same events under another seed", same)
	}
}

func TestMorePairsChangeNoEarlierOne(t *testing.T) {
	few, many := ExpandAll("s", churn, rules, 7, 5), ExpandAll("s", churn, rules, 7, 50)
	for i := range few {
		if !reflect.DeepEqual(few[i], many[i]) {
			t.Errorf("pair %d is\n%v\nof 5 pairs and\n%v\nof 50", i+1, few[i], many[i])
		}
	}
}

// Over many pairs every millisecond of the jitter and every follower must come up, and nothing else.
func TestDrawsCoverTheirRange(t *testing.T) {
	spec := Spec{
		Members: 5,
		Clients: []ClientSpec{{Name: "c", Pin: "follower"}},
		Faults:  []FaultSpec{{Fault: "f", Target: "follower", At: 10 * ms, Jitter: 3*ms + 400*time.Microsecond}},
	}
	at, pins, targets := map[time.Duration]int{}, map[string]int{}, map[string]int{}
	for _, p := range ExpandAll("s", spec, rules, 1, 400) {
		at[p.Events[0].At]++
		pins[p.Clients[0].Pin]++
		targets[p.Events[0].Target]++
	}
	for d := 10 * ms; d <= 13*ms; d += ms {
		if at[d] < 60 {
			t.Errorf("%v was drawn %d times of 400, about 100 expected", d, at[d])
		}
	}
	if len(at) != 4 {
		t.Errorf("drawn times are %v", at)
	}
	for name, drawn := range map[string]map[string]int{"pins": pins, "targets": targets} {
		if len(drawn) != 4 || drawn["follower.0"] < 60 || drawn["follower.3"] < 60 {
			t.Errorf("%s are %v, about 100 each of follower.0 to follower.3 expected", name, drawn)
		}
	}
}

func TestEventsAreNumberedInTheOrderOfTime(t *testing.T) {
	spec := Spec{Members: 3, Faults: []FaultSpec{
		{Fault: "late", Target: "n1", At: 2 * time.Second},
		{Fault: "early", Target: "n2", At: time.Second},
	}}
	want := []Event{
		{ID: "e1", Fault: "early", Target: "n2", At: time.Second},
		{ID: "e2", Fault: "late", Target: "n1", At: 2 * time.Second},
	}
	if got := Expand("s", spec, rules, 1, 1).Events; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A single member has no follower. Expand returns a plan all the same, and Check refuses it.
func TestFollowerOfOneMember(t *testing.T) {
	p := Expand("s", Spec{Members: 1, Clients: []ClientSpec{{Name: "c", Pin: "follower"}}}, rules, 1, 1)
	if err := Check([]Plan{p}, nil, []string{"n1"}, nil); err == nil {
		t.Errorf("%v was accepted on one member", p)
	}
}
