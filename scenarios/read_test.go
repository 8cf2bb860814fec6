package scenarios

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/document"
	"aftershock/internal/golden"
	"aftershock/results"
)

// rules are written out here so that a new fault does not change what the golden files list.
var rules = []plan.FaultRule{
	{Name: "leader-transfer", Moves: true, Takes: quorum}, {Name: "partition-leader", Held: true, Takes: quorum},
	{Name: "leader-kill", Takes: quorum},
	{Name: "link", Held: true, Takes: []plan.Resource{plan.PeerLinks}, Params: []plan.Param{
		{Name: "latency", Kind: plan.Duration, Default: "50ms", Low: "1ms", High: "10s"},
		{Name: "on", Kind: plan.OneOf, Default: "peers", Choices: []string{"peers", "clients"}},
	}},
	{Name: "halves", Held: true, Aim: plan.AtCluster, Draws: true, Members: 3, Takes: quorum},
	{Name: "cut", Held: true, Aim: plan.AtClient, Takes: []plan.Resource{plan.ClientLinks}},
	{Name: "rotation", Aim: plan.AtCluster, Wants: []plan.Feature{plan.TLS}, Room: time.Second},
	{Name: "clock", Unavailable: "a clock of its own"},
}

var quorum = []plan.Resource{plan.Quorum}

const ms = time.Millisecond

const valid = `name: some-churn
asks: Does it hold?
cluster: {members: 3, tick: 50ms, election: 500ms, data: tmpfs}
streams:
  - {name: batch, rate: 1000/s, arrival: constant, timeout: 1s}
  - {name: publish, rate: 0.5/s, arrival: poisson, timeout: 75ms}
workload: {series: 8000}
phases: {warm-up: 600ms, steady: 2s, capacity: 500ms, fault: 6s, recovery: 700ms, drain: 200ms}
faults:
  clients:
    - {name: collector, pin: follower}
  events:
    - {fault: leader-transfer, target: leader, to: client.collector, at: 0s, jitter: 100ms}
    - {fault: partition-leader, target: client.collector, at: 600ms, jitter: 400ms, for: 5s}
fixes: [context-isolation, lock-across-rpc]
pairs: 8
margin: 0.1
quick: {fixes: [context-isolation], pairs: 6}
budget: {boot: 1500ms, teardown: 200ms, reserve: 1, run: 7m, quick-run: 150s}
`

func TestReadResolvesEveryField(t *testing.T) {
	want := harness.Scenario{
		Name:    "some-churn",
		Asks:    "Does it hold?",
		Cluster: harness.ClusterSpec{Members: 3, Tick: 50 * ms, Election: 500 * ms, Data: "tmpfs"},
		Streams: []harness.Stream{
			{Name: "batch", Rate: 1000, Arrival: load.Constant, Timeout: time.Second},
			{Name: "publish", Rate: 0.5, Arrival: load.Poisson, Timeout: 75 * ms},
		},
		Phases: harness.Phases{WarmUp: 600 * ms, Steady: 2000 * ms, Capacity: 500 * ms, Fault: 6000 * ms,
			Recovery: 700 * ms, Drain: 200 * ms},
		Workload: harness.Settings{"series": 8000},
		Faults: plan.Spec{
			Members: 3,
			Clients: []plan.ClientSpec{{Name: "collector", Pin: "follower"}},
			Faults: []plan.FaultSpec{
				{Fault: "leader-transfer", Target: "leader", To: "client.collector", At: 3100 * ms, Jitter: 100 * ms,
					Line: 13},
				{Fault: "partition-leader", Target: "client.collector", At: 3700 * ms, Jitter: 400 * ms,
					For: 5 * time.Second, Line: 14},
			},
		},
		Fixes:  []string{"context-isolation", "lock-across-rpc"},
		Pairs:  8,
		Quick:  harness.Quick{Fixes: []string{"context-isolation"}, Pairs: 6},
		Margin: 0.1,
		Budget: harness.Budget{Boot: 1500 * ms, Teardown: 200 * ms, Reserve: 1, Run: 7 * time.Minute,
			QuickRun: 150 * time.Second},
	}
	got, err := read("some.yaml", []byte(valid), rules)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\ngot  %+v\nwant %+v", err, got, want)
	}
}

func TestTheFigureThatAnswersAScenario(t *testing.T) {
	with := func(line string) (harness.Scenario, error) {
		return read("some.yaml", []byte(strings.Replace(valid, "budget:", line+"\nbudget:", 1)), rules)
	}
	got, err := with("answers: {metric: publish_goodput, phase: fault}")
	if err != nil || got.Answers == nil ||
		*got.Answers != (results.Metric{Name: "publish_goodput", Phase: results.InFault}) {
		t.Errorf("%+v, %v", got.Answers, err)
	}
	phases := harness.Fix{Fix: results.Fix{Name: "p", Against: results.Steady}}
	if asked := got.Ask(phases); asked.Primary != *got.Answers {
		t.Errorf("it is asked by %s", asked.Primary)
	}
	if asked := got.Ask(harness.Fix{}); asked.Primary != (results.Metric{}) {
		t.Errorf("a fix of two arms is asked by %s", asked.Primary)
	}
	for line, want := range map[string]string{
		"answers: {metric: publish_goodputt, phase: fault}": `did you mean "publish_goodput"?`,
		"answers: {metric: record_p90, phase: fault}":       `unknown figure "record_p90"`, // it has no such stream
		"answers: {metric: gap, phase: fault}":              `unknown figure "gap"`,
		"answers: {metric: p99, phase: steady}":             "allowed: fault, trigger, recovery",
	} {
		if _, err := with(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}

// Files of a time when the machine could make a pair invalid still have limits for that. They are read, whatever the limits
// are, and say what they say without; who wrote them is told where the section can be deleted.
func TestAGuardHasNoEffect(t *testing.T) {
	want, err := read("some.yaml", []byte(valid), rules)
	if err != nil || want.Outdated != "" {
		t.Fatalf("%v, %q", err, want.Outdated)
	}
	for _, line := range []string{
		"guard: {canary: 25%, steal: 2%}", "guard: {canary: 1000%, steal: 100%}", "guard: {canary: 0%, drift: 5%}", "guard: off",
	} {
		got, err := read("some.yaml", []byte(strings.Replace(valid, "budget:", line+"\nbudget:", 1)), rules)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		for _, words := range []string{"some.yaml:19:8: ", "guard: has no effect and can be deleted", "\n    " + line + "\n"} {
			if !strings.Contains(got.Outdated, words) {
				t.Errorf("%s: %q lacks %q", line, got.Outdated, words)
			}
		}
		if got.Outdated = ""; !reflect.DeepEqual(got, want) {
			t.Errorf("%s changes the scenario to %+v", line, got)
		}
	}
}

// Each testdata/*.yaml is refused with the errors of the .txt beside it.
func TestRefusedGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := read(filepath.Base(file), source, rules)
			if err == nil || !reflect.DeepEqual(s, harness.Scenario{}) {
				t.Fatalf("accepted as %+v, %v", s, err)
			}
			golden.Compare(t, strings.TrimSuffix(file, ".yaml")+".txt", []byte(err.Error()+"\n"))
		})
	}
}

// What an editor of Windows makes of a file is the same file, with the same problems at the same places.
func TestLineEndsAndMarksChangeNothing(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, want := read("f.yaml", source, rules)
		_, got := read("f.yaml", []byte("\ufeff"+strings.ReplaceAll(string(source), "\n", "\r\n")), rules)
		if got == nil || got.Error() != want.Error() {
			t.Errorf("%s: got\n%v\nwant\n%v", file, got, want)
		}
	}
	for _, name := range Names() {
		source, err := shipped.ReadFile(name + ending)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := Load(name)
		got, err := Read(name, []byte("\ufeff"+strings.ReplaceAll(string(source), "\n", "\r\n")))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A rate that could not be read may be the fastest, so that nothing is said of how long the steady window has to be.
func TestARateWithoutUnitIsOneProblem(t *testing.T) {
	_, err := read("some.yaml", []byte(strings.Replace(valid, "rate: 1000/s", "rate: 1000", 1)), rules)
	if err == nil || strings.Count(err.Error(), "some.yaml:") != 1 || !strings.Contains(err.Error(), "1000 has no unit") {
		t.Error(err)
	}
}

// The edges of what is allowed: one change to a valid file, and what the error then says, if anything.
func TestLimits(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"members: 3", "members: 1", `unknown member "follower"`},
		{"members: 3", "members: 9", ""},
		{"members: 3", "members: 10", "some.yaml:3:20: members: 10 is out of range (allowed: 1 to 9)"},
		{"members: 3", "members: 0", "members: 0 is out of range"},
		{"members: 3", "members: -1", "members: -1 is out of range"},
		{"tick: 50ms", "tick: 100ms", ""},
		{"tick: 50ms, election: 500ms", "tick: 1ms, election: 5ms", ""},
		{"tick: 50ms, election: 500ms", "tick: 1ms, election: 4ms", "election: 4ms is out of range (allowed: 5ms to 50s)"},
		{"rate: 1000/s", "rate: 100000/s", ""},
		{"rate: 1000/s", "rate: 100001/s", "rate: 100001/s is out of range (allowed: 0.1/s to 100000/s)"},
		{"rate: 1000/s", "rate: 0/s", "rate: 0/s is out of range"},
		{"rate: 1000/s", "rate: -1/s", "rate: -1/s is out of range"},
		{"rate: 1000/s", "rate: NaN/s", `rate: "NaN/s" is not a rate`},
		{"rate: 1000/s", "rate: 1000/m", `rate: "1000/m" is not a rate`},
		{"rate: 1000/s", "rate: 999/s", "too short for 20 operations beyond the P99 of the fastest stream, batch at 999/s" +
			" (allowed: 2.003s or more)"},
		{"margin: 0.1", "margin: 0", "margin: 0 is out of range"},
		{"margin: 0.1", "margin: 99.9%", ""},
		{"margin: 0.1", "margin: 1", "margin: 1 is out of range"},
		{"pairs: 8", "pairs: 1000", ""},
		{"pairs: 8", "pairs: 1001", "pairs: 1001 is out of range (allowed: 1 to 1000)"},
		{"jitter: 400ms, for: 5s", "jitter: 401ms, for: 5s", "may last until 6.001s (at + jitter + for), beyond the end"},
		{"jitter: 100ms", "jitter: 599ms", ""},
		{"jitter: 100ms", "jitter: 600ms", "takes the quorum from 600ms to 6s, and that of line 13 " +
			"(leader-transfer) takes the same from 0s to 600ms"},
		{"for: 5s", "for: 500ms", ""},
		{"for: 5s", "for: 499ms", "for: 499ms is too short for the capacity window of 500ms"},
		{"at: 0s", "at: -1ms", "at: -1ms is out of range (allowed: 0s to 1h)"},
		{"at: 0s", "at: 0", "at: 0 has no unit"},
		{"workload: {series: 8000}", "workload: {}", ""},
		{"workload: {series: 8000}", "workload: {50%d: x}", `50%d: "x" is not a whole number`},
		{"name: some-churn", "name: ../../etc", `name: "../../etc" is not a name`},
	} {
		if !strings.Contains(valid, c.old) {
			t.Fatalf("the valid file has no %q", c.old)
		}
		_, err := read("some.yaml", []byte(strings.Replace(valid, c.old, c.new, 1)), rules)
		if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got\n%v\nwant %q", c.new, err, c.want)
		}
	}
}

func TestTooLargeAndNotText(t *testing.T) {
	for want, source := range map[string]string{
		"a scenario has at most 16384": strings.Repeat("#", document.Largest+1),
		"not UTF-8 text":               "name: \xff",
	} {
		if _, err := read("some.yaml", []byte(source), rules); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// Whatever the reader accepts can be expanded, checked, laid out and written.
func FuzzRead(f *testing.F) {
	f.Add(valid)
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(source))
	}
	members := []string{"n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"}
	f.Fuzz(func(t *testing.T, source string) {
		s, err := read("fuzz.yaml", []byte(source), rules)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.yaml:") {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		plans := plan.ExpandAll(s.Name, s.Faults, rules, 1, 3)
		if err := plan.Check(plans, rules, members[:s.Cluster.Members], nil); err != nil {
			t.Errorf("a plan of an accepted scenario: %v", err)
		}
		for _, p := range plans {
			if err := s.Phases.CheckPlan(p); err != nil {
				t.Error(err)
			}
		}
		again, err := plan.Parse("plan.txt", plan.Format(plans), rules)
		if err != nil || !reflect.DeepEqual(again, plans) {
			t.Errorf("plans %v read back as %v, %v", plans, again, err)
		}
	})
}
