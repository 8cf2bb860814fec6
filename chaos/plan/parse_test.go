package plan

import (
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseReadsWhatFormatWrote(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	words := []string{"leader", "follower", "n1", "client.a", "client.b"}
	for range 300 {
		spec := Spec{Members: 2 + rng.IntN(8)}
		for _, name := range []string{"a", "b"}[:rng.IntN(3)] {
			spec.Clients = append(spec.Clients, ClientSpec{Name: name, Pin: words[rng.IntN(3)]})
		}
		for i := range rng.IntN(6) { // far enough apart for none to collide
			spec.Faults = append(spec.Faults, FaultSpec{
				Fault:  []string{"leader-kill", "link", "halves"}[rng.IntN(3)],
				Target: words[rng.IntN(len(words))],
				To:     append(words, "")[rng.IntN(len(words)+1)],
				At:     time.Duration(i)*10*time.Minute + time.Duration(rng.Int64N(int64(time.Minute))),
				Jitter: time.Duration(rng.Int64N(int64(time.Second))),
				For:    time.Duration(rng.Int64N(int64(time.Minute))) * time.Duration(rng.IntN(2)),
			})
		}
		plans := ExpandAll("some-scenario", spec, rules, rng.Uint64(), 1+rng.IntN(4))
		text := Format(plans)
		got, err := Parse("plan.txt", text, rules)
		if err != nil || !reflect.DeepEqual(got, plans) {
			t.Fatalf("%v\ngot  %v\nwant %v\ntext\n%s", err, got, plans, text)
		}
	}
}

func TestParseTakesWhatPeopleWrite(t *testing.T) {
	text := "# aftershock plan, version 1\r\n" +
		"# why: the third pair of last night's run\r\n\r\n" +
		"  plan\tpair=3   seed=18446744073709551615 scenario=s\r\n" +
		"event target=leader fault=leader-kill at=1m0.5s id=x"
	want := []Plan{{Scenario: "s", Seed: math.MaxUint64, Pair: 3, Events: []Event{
		{ID: "x", Fault: "leader-kill", Target: "leader", At: 60500 * time.Millisecond},
	}}}
	got, err := Parse("plan.txt", text, rules)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

const head = "# aftershock plan, version 1\n"
const first = head + "plan scenario=s seed=1 pair=1\n"

var badTexts = []struct{ name, text, want string }{
	{"collision", first + "event id=e1 fault=partition-leader target=n1 at=1s for=2s\n\n" +
		"event id=e2 fault=leader-kill target=leader at=2500ms\n", `p.txt:5:48: takes the quorum from 2.5s to 2.5s, ` +
		`and event e1 (partition-leader) on line 3 takes the same from 1s to 3s
    event id=e2 fault=leader-kill target=leader at=2500ms
                                                   ^`},
	{"empty", "", `p.txt:1:1: this is not a plan: the first line must be "# aftershock plan, version 1"
    
    ^`},
	{"newer", "# aftershock plan, version 2\nwhatever",
		`p.txt:1:28: plan version 2 is newer than version 1, which this aftershock reads; use the one that wrote it
    # aftershock plan, version 2
                               ^`},
	{"no plan", head, `p.txt:2:1: the file holds no plan
    
    ^`},
	{"unknown kind", first + "evnt id=e1",
		`p.txt:3:1: unknown kind of line "evnt"; did you mean "event"? (allowed: plan, client, event)
    evnt id=e1
    ^`},
	{"unknown key", first + "client nam=c pin=leader name=c",
		`p.txt:3:8: unknown key "nam"; did you mean "name"? (allowed: name, pin)
    client nam=c pin=leader name=c
           ^`},
	{"missing keys", first + "event id=e1 at=1s target=n1\nclient",
		`p.txt:3:1: event lacks fault= (keys: id, at, fault, target, to, for)
    event id=e1 at=1s target=n1
    ^
p.txt:4:1: client lacks name= (keys: name, pin)
    client
    ^
p.txt:4:1: client lacks pin= (keys: name, pin)
    client
    ^`},
	{"no value", first + "event id=e1 at=1s target= fault leader-kill",
		`p.txt:3:1: event lacks fault= (keys: id, at, fault, target, to, for)
    event id=e1 at=1s target= fault leader-kill
    ^
p.txt:3:26: target="" is not a name (allowed: letters, digits, ".", "_", "-")
    event id=e1 at=1s target= fault leader-kill
                             ^
p.txt:3:27: "fault" is not key=value (keys: id, at, fault, target, to, for)
    event id=e1 at=1s target= fault leader-kill
                              ^
p.txt:3:33: "leader-kill" is not key=value (keys: id, at, fault, target, to, for)
    event id=e1 at=1s target= fault leader-kill
                                    ^`},
	{"key twice", first + "client name=c name=d pin=leader", `p.txt:3:15: name= is given twice
    client name=c name=d pin=leader
                  ^`},
	{"bare duration", first + "event id=e1 at=5 fault=leader-kill target=n1 for=5sec",
		`p.txt:3:16: at: 5 has no unit: write 5ms or 5s (units: ns, us, ms, s, m, h)
    event id=e1 at=5 fault=leader-kill target=n1 for=5sec
                   ^
p.txt:3:50: for: "5sec" is not a duration: write 500ms or 2.1s (units: ns, us, ms, s, m, h)
    event id=e1 at=5 fault=leader-kill target=n1 for=5sec
                                                     ^`},
	{"negative times", first + "event id=e1 at=-1ms fault=leader-kill target=n1 for=0s",
		`p.txt:3:16: at=-1ms is out of range (allowed: 0s to 24h)
    event id=e1 at=-1ms fault=leader-kill target=n1 for=0s
                   ^
p.txt:3:53: for=0s is out of range (allowed: 1ns to 24h)
    event id=e1 at=-1ms fault=leader-kill target=n1 for=0s
                                                        ^`},
	{"duplicate ids", first + "client name=c pin=n1\nclient name=c pin=n2\n" +
		"event id=e1 at=1s fault=leader-kill target=n1\nevent id=e1 at=2s fault=leader-kill target=n1",
		`p.txt:4:13: the plan already has a client c
    client name=c pin=n2
                ^
p.txt:6:10: the plan already has an event e1
    event id=e1 at=2s fault=leader-kill target=n1
             ^`},
	{"out of order", first + "event id=e1 at=2s fault=leader-kill target=n1\nevent id=e2 at=1s fault=leader-kill target=n1",
		`p.txt:4:16: at=1s comes before event e1 at 2s; events must be in the order of time
    event id=e2 at=1s fault=leader-kill target=n1
                   ^`},
	{"pairs descend", head + "plan scenario=s seed=1 pair=2\nplan scenario=t seed=2 pair=2",
		`p.txt:3:15: scenario=t differs from the s of pair 2
    plan scenario=t seed=2 pair=2
                  ^
p.txt:3:22: seed=2 differs from the 1 of pair 2
    plan scenario=t seed=2 pair=2
                         ^
p.txt:3:29: pair=2 comes after pair 2; pairs must ascend
    plan scenario=t seed=2 pair=2
                                ^`},
	{"bad numbers", head + "plan scenario=s seed=-1 pair=0\nplan scenario=é seed=1 pair=1",
		`p.txt:2:22: seed="-1" is not a whole number from 0 to 18446744073709551615
    plan scenario=s seed=-1 pair=0
                         ^
p.txt:2:30: pair="0" is not a whole number from 1 to 2147483647
    plan scenario=s seed=-1 pair=0
                                 ^
p.txt:3:15: scenario="é" is not a name (allowed: letters, digits, ".", "_", "-")
    plan scenario=é seed=1 pair=1
                  ^`},
	{"event first", head + "event id=e1 at=1s fault=leader-kill target=n1\nclient name=c pin=n1",
		`p.txt:2:1: event comes before the first plan line
    event id=e1 at=1s fault=leader-kill target=n1
    ^`},
}

func TestParseRefuses(t *testing.T) {
	for _, c := range badTexts {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse("p.txt", c.text, rules)
			if err == nil {
				t.Fatalf("accepted as %v", got)
			}
			if err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
			// An editor of Windows ends lines by two characters and puts a mark in front; neither moves a place.
			_, err = Parse("p.txt", "\ufeff"+strings.ReplaceAll(c.text, "\n", "\r\n"), rules)
			if err == nil || err.Error() != c.want {
				t.Errorf("with CRLF and a mark: got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	golden, err := os.ReadFile("testdata/leader-churn.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(golden))
	for _, c := range badTexts {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plans, err := Parse("p.txt", text, rules)
		if err != nil {
			if plans != nil || !strings.HasPrefix(err.Error(), "p.txt:") {
				t.Errorf("plans %v with error %v", plans, err)
			}
			return
		}
		again, err := Parse("p.txt", Format(plans), rules)
		if err != nil || !reflect.DeepEqual(again, plans) {
			t.Errorf("%q is %v, whose text reads back as %v, %v", text, plans, again, err)
		}
		_ = Check(plans, rules, members, nil)
	})
}
