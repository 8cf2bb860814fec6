package plan

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// busyMix keeps the cluster busy for 20 s with faults that collide and others that do not.
var busyMix = Spec{
	Members: 3,
	Clients: []ClientSpec{{Name: "c", Pin: "follower"}},
	Faults:  []FaultSpec{{Fault: "leader-transfer", Target: "leader", To: "follower", At: 5 * time.Second, Jitter: time.Second}},
	Mix: &Mix{From: time.Second, Until: 21 * time.Second, Calm: 200 * ms, Jitter: 300 * ms, Overlap: 2, Choices: []Choice{
		{FaultSpec: FaultSpec{Fault: "partition-leader", Target: "leader", For: 1500 * ms}, Weight: 3},
		{FaultSpec: FaultSpec{Fault: "halves", For: time.Second, Params: Params{"times": "3"}}, Weight: 1},
		{FaultSpec: FaultSpec{Fault: "link", Target: "follower", For: 2 * time.Second, Params: Params{"latency": "20ms"}}, Weight: 2},
		{FaultSpec: FaultSpec{Fault: "slow", Target: "n1"}, Weight: 1},
	}},
}

// Whatever is drawn, a mix keeps its promises: faults within its time, no collision, and calm between those that would
// collide.
func TestAMixKeepsItsPromises(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	chosen := map[string]int{}
	for range 200 {
		spec := busyMix
		mix := *spec.Mix
		mix.Overlap = 1 + rng.IntN(3)
		mix.Calm = time.Duration(1+rng.Int64N(1000)) * ms
		mix.Jitter = time.Duration(rng.Int64N(500)) * ms
		spec.Mix = &mix
		p := Expand("s", spec, rules, rng.Uint64(), 1)
		if err := Check([]Plan{p}, rules, members, nil); err != nil {
			t.Fatal(err)
		}
		at := placesOf(p.Clients)
		for i, e := range p.Events {
			rule, _ := find(rules, e.Fault)
			s := at.spanOf(rule, e.spec(), "")
			if e.Fault != "leader-transfer" {
				chosen[e.Fault]++
				if s.from < mix.From || s.to > mix.Until {
					t.Errorf("%+v lies outside of the mix, %v to %v", e, mix.From, mix.Until)
				}
			}
			under := 0
			for j, other := range p.Events {
				otherRule, _ := find(rules, other.Fault)
				o := at.spanOf(otherRule, other.spec(), "")
				if i != j && near(s, o, mix.Calm-ms) {
					t.Errorf("%+v and %+v are closer than %v", e, other, mix.Calm)
				}
				if other.Fault != "leader-transfer" && o.from <= s.from && s.from <= o.to {
					under++
				}
			}
			if under > mix.Overlap {
				t.Errorf("%d faults are under way with %+v, at most %d are wanted", under, e, mix.Overlap)
			}
		}
	}
	for _, c := range busyMix.Mix.Choices {
		if chosen[c.Fault] == 0 {
			t.Errorf("%s was never chosen in 200 plans: %v", c.Fault, chosen)
		}
	}
	if chosen["partition-leader"] <= chosen["halves"] {
		t.Errorf("weight 3 was chosen no more often than weight 1: %v", chosen)
	}
}

// near tells whether two collide, or would with so much less time between them.
func near(a, b span, calm time.Duration) bool {
	return slices.ContainsFunc(a.parts, func(mine part) bool {
		return slices.ContainsFunc(b.parts, func(its part) bool { return mine.collides(its, calm) })
	})
}

func TestTheSeedDecidesTheMix(t *testing.T) {
	one, again, other := Expand("s", busyMix, rules, 1, 1), Expand("s", busyMix, rules, 1, 1), Expand("s", busyMix, rules, 2, 1)
	if !reflect.DeepEqual(one, again) {
		t.Errorf("one seed gave\n%v\nand\n%v", one, again)
	}
	if reflect.DeepEqual(one.Events, other.Events) {
		t.Errorf("two seeds gave the same events: %v", one.Events)
	}
	parsed, err := Parse("plan.txt", Format([]Plan{one}), rules)
	if err != nil || !reflect.DeepEqual(parsed[0], one) {
		t.Errorf("%v read back as %v, %v", one, parsed, err)
	}
}

// Nothing that could be chosen fits: the mix is over, and does not wait for ever.
func TestAMixWithoutRoomIsEmpty(t *testing.T) {
	spec := busyMix
	spec.Faults = nil
	spec.Mix = &Mix{From: 0, Until: time.Second, Calm: ms, Overlap: 1, Choices: []Choice{
		{FaultSpec: FaultSpec{Fault: "partition-leader", Target: "leader", For: 2 * time.Second}, Weight: 1},
	}}
	if p := Expand("s", spec, rules, 1, 1); len(p.Events) > 0 {
		t.Errorf("%v", p.Events)
	}
}

func TestRepeatedEventsAndDefaults(t *testing.T) {
	spec := Spec{Members: 3, Faults: []FaultSpec{
		{Fault: "link", Target: "n1", At: time.Second, Repeat: 3, Every: 4 * time.Second, For: time.Second, Params: Params{"on": "clients"}},
	}}
	p := Expand("s", spec, rules, 1, 1)
	var at []time.Duration
	for _, e := range p.Events {
		at = append(at, e.At)
		if want := (Params{"latency": "50ms", "rate": "64KiB", "on": "clients"}); !reflect.DeepEqual(e.Params, want) {
			t.Errorf("the parameters are %v, want %v", e.Params, want)
		}
	}
	if want := []time.Duration{time.Second, 5 * time.Second, 9 * time.Second}; !reflect.DeepEqual(at, want) {
		t.Errorf("at %v, want %v", at, want)
	}
	if p.Events[0].Params.Duration("latency") != 50*ms || p.Events[0].Params.Bytes("rate") != 64<<10 || p.Events[0].Params.Count("none") != 0 {
		t.Errorf("read as %v, %v", p.Events[0].Params.Duration("latency"), p.Events[0].Params.Bytes("rate"))
	}
}

// A fault's own choices come from a number that the plan spells out.
func TestWhatAFaultDrawsStandsInThePlan(t *testing.T) {
	spec := Spec{Members: 3, Faults: []FaultSpec{{Fault: "halves", At: time.Second, For: time.Second, Repeat: 2, Every: 5 * time.Second}}}
	p := Expand("s", spec, rules, 1, 1)
	first, second := p.Events[0].Params.Seed(), p.Events[1].Params.Seed()
	if first == second || p.Events[0].Params["draw"] == "" {
		t.Errorf("two events draw %d and %d: %v", first, second, p.Events)
	}
}

// Two faults that share nothing may overlap, unless one of them is to be alone.
func TestAFaultThatIsAlone(t *testing.T) {
	for _, alone := range []bool{false, true} {
		spec := Spec{Members: 3, Clients: busyMix.Clients, Mix: &Mix{
			From: 0, Until: 30 * time.Second, Calm: 100 * ms, Jitter: 500 * ms, Overlap: 2, Choices: []Choice{
				{FaultSpec: FaultSpec{Fault: "partition-leader", Target: "leader", For: time.Second}, Weight: 1},
				{FaultSpec: FaultSpec{Fault: "cut", Target: "client.c", For: time.Second}, Weight: 1, Alone: alone},
			},
		}}
		overlaps := 0
		for seed := range uint64(20) {
			events := Expand("s", spec, rules, seed, 1).Events
			for _, a := range events {
				for _, b := range events {
					if a.Fault == "cut" && b.Fault != "cut" && a.At <= b.At+b.For && b.At <= a.At+a.For {
						overlaps++
					}
				}
			}
		}
		if alone != (overlaps == 0) {
			t.Errorf("alone %v: %d overlaps", alone, overlaps)
		}
	}
}
