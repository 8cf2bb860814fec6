package scenarios

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/scenarios/service"
)

const targeted = `name: my-service
asks: Do reads survive?
target:
  before: {command: [./server, --one]}
  after: {command: [./server], env: {LEVEL: "2"}}
  ready: http://127.0.0.1:{port}/healthz
  within: 10s
  fix: all-endpoints
  says: one endpoint, all endpoints
  stop: 1s
  variables: [TOKEN]
  expect: {status: 200}
  primary: {metric: p99, phase: fault}
  guards: [{metric: write_goodput, phase: steady}]
cluster: {members: 3, tick: 50ms, election: 500ms, data: tmpfs}
streams:
  - name: read
    rate: 1000/s
    arrival: constant
    timeout: 1s
    http: {method: GET, url: "http://127.0.0.1:{port}/k{{.Mod 10}}"}
  - name: write
    rate: 10/s
    arrival: poisson
    timeout: 1s
    http: {method: PUT, url: "http://127.0.0.1:{port}/k{{.N}}", headers: {X-A: b}, body: "v{{.Draw 9}}"}
    expect: {status: [200, 201], json: {kept: true}}
phases: {warm-up: 600ms, steady: 2s, fault: 6s, recovery: 700ms, drain: 200ms}
faults:
  clients: [{name: service, pin: follower}]
  events: [{fault: partition-leader, target: leader, at: 600ms, for: 5s}]
pairs: 8
margin: 0.1
quick: {pairs: 6}
budget: {boot: 1500ms, teardown: 200ms, reserve: 1, run: 7m, quick-run: 150s}
`

func TestATargetIsResolved(t *testing.T) {
	s, err := read("f.yaml", []byte(targeted), rules)
	if err != nil {
		t.Fatal(err)
	}
	var got service.Target
	if err := json.Unmarshal(s.Target, &got); err != nil {
		t.Fatal(err)
	}
	want := service.Target{
		Fix: "all-endpoints", Scenario: "my-service", Says: "one endpoint, all endpoints",
		Before: service.Program{Command: []string{"./server", "--one"}},
		After:  service.Program{Command: []string{"./server"}, Env: map[string]string{"LEVEL": "2"}},
		Ready:  "http://127.0.0.1:{port}/healthz", Within: 10 * time.Second, Stop: time.Second,
		Variables: []string{"TOKEN"},
		Requests: map[string]service.Request{
			"read": {Method: "GET", URL: "http://127.0.0.1:{port}/k{{.Mod 10}}", Status: []int{200}},
			"write": {
				Method: "PUT", URL: "http://127.0.0.1:{port}/k{{.N}}", Headers: map[string]string{"X-A": "b"},
				Body:   "v{{.Draw 9}}",
				Status: []int{200, 201}, JSON: map[string]string{"kept": "true"},
			},
		},
		Order: []string{"read", "write"}, Primary: results.Metric{Name: "p99", Phase: results.InFault},
		Guards: []results.Metric{{Name: "write_goodput", Phase: results.Steady}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if len(s.Streams) != 2 || s.Fixes[0] != "all-endpoints" || s.Quick.Pairs != 6 ||
		s.Quick.Fixes[0] != "all-endpoints" {
		t.Errorf("scenario %+v", s)
	}
	fixes, err := service.Fixes(s.Target)
	if err != nil || len(fixes) != 1 || fixes[0].Instrument || fixes[0].Name != "all-endpoints" ||
		fixes[0].Operations != "requests (read)" {
		t.Errorf("fixes %+v, %v", fixes, err)
	}
}

// A run would end without the figure that its verdict is about.
func TestAVerdictByAQuantileNeedsOperations(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"rate: 1000/s", "rate: 1000/s", ""},
		{"for: 5s", "for: 1s", "p99 (fault) needs 2000 operations in the phase, and read has 1600 in 1.6s"},
		{"metric: p99, phase: fault", "metric: p999, phase: steady",
			"needs 20000 operations in the phase, and read has 2000"},
		{"metric: p99, phase: fault", "metric: p99, phase: recovery", "read has 700 in 700ms"},
		{"metric: p99, phase: fault", "metric: goodput, phase: recovery", ""},
	} {
		_, err := read("f.yaml", []byte(strings.Replace(targeted, c.from, c.to, 1)), rules)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.to, err, c.want)
		}
	}
}

// What a file leaves out is the scenario's name, its question, 2 s to stop, and any status of 200 to 299.
func TestATargetWithoutWhatItMayLeaveOut(t *testing.T) {
	var short []string
	for line := range strings.Lines(targeted) {
		field, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch field {
		case "fix", "says", "stop", "variables", "guards":
		case "before":
			short = append(short, "  before: {command: [./server], env: {LEVEL: \"2\"}}\n") // both arms are the same
		case "expect":
		default:
			short = append(short, line)
		}
	}
	s, err := read("f.yaml", []byte(strings.Join(short, "")), rules)
	if err != nil {
		t.Fatal(err)
	}
	var got service.Target
	if err := json.Unmarshal(s.Target, &got); err != nil {
		t.Fatal(err)
	}
	if got.Fix != "my-service" || got.Says != "Do reads survive?" || got.Stop != 2*time.Second ||
		got.Requests["read"].Status != nil || len(got.Guards) != 0 {
		t.Errorf("target %+v", got)
	}
	fixes, err := service.Fixes(s.Target)
	if err != nil || !fixes[0].Instrument || !strings.Contains(fixes[0].Summary, "both arms are the same command") {
		t.Errorf("two identical arms: %+v, %v", fixes, err)
	}
}
