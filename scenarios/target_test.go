package scenarios

import (
	"encoding/json"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
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
  workers: 4
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
		Variables: []string{"TOKEN"}, Workers: 4, Limits: service.UsualLimits,
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

// Several repairs are compared with one baseline, which runs once in each block.
func TestVariantsOfATargetShareTheirBaseline(t *testing.T) {
	variants := strings.Replace(targeted, "  fix: all-endpoints\n  says: one endpoint, all endpoints\n", "", 1)
	variants = strings.Replace(variants, "  after: {command: [./server], env: {LEVEL: \"2\"}}\n", `  variants:
    all-endpoints: {command: [./server, --all], says: all endpoints in turn}
    twice: {command: [./server], env: {TRIES: "2"}}
`, 1)
	s, err := read("f.yaml", []byte(variants), rules)
	if err != nil {
		t.Fatal(err)
	}
	fixes, err := service.Fixes(s.Target)
	if err != nil || len(fixes) != 2 || !slices.Equal(s.Fixes, []string{"all-endpoints", "twice"}) {
		t.Fatalf("fixes %v: %+v, %v", s.Fixes, fixes, err)
	}
	if one, two := fixes[0], fixes[1]; one.Name != "all-endpoints" || one.Summary != "all endpoints in turn" ||
		two.Name != "twice" || two.Summary != "twice" || one.Instrument || two.Instrument {
		t.Errorf("fixes %+v and %+v", one.Fix, two.Fix)
	}
	if n := harness.Arms(fixes); n != 3 {
		t.Errorf("a block has %d trials, want 3: one baseline and two variants", n)
	}
	t.Setenv("PATH", t.TempDir())
	err = fixes[1].Workload(results.After).Describe().Refuses(nil, false)
	if err == nil || !strings.Contains(err.Error(), "target.variants.twice: ") {
		t.Errorf("a variant that is not there: %v", err)
	}
}

func TestVariantsThatAreRefused(t *testing.T) {
	const after = "  after: {command: [./server], env: {LEVEL: \"2\"}}\n"
	for want, instead := range map[string]string{
		"variants: are given beside after":             after + "  variants: {one: {command: [./server]}}\n",
		"target: lacks after":                          "",
		"says: is given beside variants":               "  variants: {one: {command: [./server]}}\n",
		"one: is the same program as before":           "  variants: {one: {command: [./server, --one]}}\n",
		"two: is the same program as one":              "  variants: {one: {command: [./s]}, two: {command: [./s]}}\n",
		"variants: must be 1 to 8 programs":            "  variants: {}\n",
		"command: has {built} in it, and variants are": "  variants: {one: {command: [\"{built}/server\"]}}\n",
		"command: must have a program":                 "  variants: {one: {command: []}}\n",
	} {
		_, err := read("f.yaml", []byte(strings.Replace(targeted, after, instead, 1)), rules)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", instead, err, want)
		}
	}
	both := strings.Replace(targeted, after, "  variants: {one: {command: [./server]}}\n", 1) +
		"arms: {before: {git: main}, after: {git: next}}\n"
	const want = "builds the arms before and after, and the target has variants"
	if _, err := read("f.yaml", []byte(both), rules); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("variants beside arms: %v", err)
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
		case "fix", "says", "stop", "variables", "workers", "guards":
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

// A service is watched as it recovers for at least 1.1 s, or the run would end without the figure.
func TestTheShareThatCountsAsRecovered(t *testing.T) {
	long := strings.Replace(targeted, "recovery: 700ms", "recovery: 2s", 1)
	back := strings.Replace(long, "metric: p99, phase: fault", "metric: goodput_back, phase: recovery", 1)
	for _, c := range []struct {
		file, want string
		share      float64
	}{
		{long, "", 0},
		{long + "recovered: 50%\n", "", 0.5},
		{long + "recovered: 80%\n", "", 0}, // the usual one
		{targeted + "recovered: 50%\n", "recovered: needs a recovery phase of 1.1s or more", 0},
		{long + "recovered: 120%\n", "recovered: 120% is out of range", 0},
		{back, "", 0},
		{strings.Replace(back, "recovery: 2s", "recovery: 1s", 1),
			"goodput_back (recovery) needs a recovery phase of 1.1s or more, and it has 1s", 0},
		{strings.Replace(back, "phase: recovery}", "phase: steady}", 1), "a figure of the recovery alone", 0},
	} {
		s, err := read("f.yaml", []byte(c.file), rules)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
		if err == nil && s.Recovered != c.share {
			t.Errorf("share %v, want %v", s.Recovered, c.share)
		}
	}
}

// authorities is a file with a certificate.
func authorities(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	server.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCallsOverTLSAreRead(t *testing.T) {
	const call = `grpc: {address: "https://127.0.0.1:{port}", method: a.B/C}`
	file := strings.NewReplacer(`http: {method: GET, url: "http://127.0.0.1:{port}/k{{.Mod 10}}"}`, call,
		"  within: 10s\n", "  within: 10s\n  ca: "+authorities(t)+"\n").Replace(targeted)
	s, err := read("f.yaml", []byte(file), rules)
	if err != nil {
		t.Fatal(err)
	}
	var got service.Target
	if err := json.Unmarshal(s.Target, &got); err != nil {
		t.Fatal(err)
	}
	if g := got.Requests["read"].GRPC; g == nil || g.Address != "https://127.0.0.1:{port}" || got.CA == "" {
		t.Errorf("%+v, authorities %q", g, got.CA)
	}
}

// What a stream sends, and what a program may take, is read strictly, and secrets do not get into what is stored.
func TestFurtherFieldsOfATarget(t *testing.T) {
	const http = `http: {method: GET, url: "http://127.0.0.1:{port}/k{{.Mod 10}}"}`
	const variables = "  variables: [TOKEN]\n"
	call := func(fields string) string { return `grpc: {address: "127.0.0.1:{port}", ` + fields + "}" }
	const overTLS = `grpc: {address: "https://127.0.0.1:{port}", method: a.B/C}`
	const ready = "  ready: http://127.0.0.1:{port}/healthz"
	over := strings.ReplaceAll(ready, "http://", "https://")
	ca := "\n  ca: " + authorities(t)
	for _, c := range []struct{ from, to, want string }{
		{ready, over + ca, ""},
		{ready, over, `ready: "https://127.0.0.1:{port}/healthz" is over TLS: the target needs a field "ca"`},
		{http, strings.Replace(http, "http://", "https://", 1), `url: "https://127.0.0.1:{port}/k{{.Mod 10}}" is over`},
		{ready, over + "\n  ca: target_test.go", "ca: target_test.go holds no certificate in PEM"},
		{ready, over + "\n  ca: none.pem", "ca: open none.pem: no such file"},
		{http, http + "\n    " + call("method: a.B/C"), "needs either http or grpc"},
		{http, call("method: a.B/C"), ""},
		{http, call("method: a.B/C, message: '{}', metadata: {authorization: Bearer swordfish}"), ""},
		{http, call("method: aB"), `"aB" is no method (such as config.v1.Settings/Get)`},
		{http, call("method: a.B/C, message: '{{.M}}'"), `unknown field "M"`},
		{http, call("method: a.B/C, proto: none.proto"), "does not compile"},
		{http, `grpc: {address: "10.0.0.1:80", method: a.B/C}`, `"10.0.0.1:80" is no port of this machine`},
		{http, `grpc: {address: "http://127.0.0.1:{port}", method: a.B/C}`, `is no port of this machine`},
		{http, overTLS, `address: "https://127.0.0.1:{port}" is over TLS: the target needs a field "ca"`},
		{http, strings.Replace(http, "}\"}", "}\", version: 2}", 1), ""},
		{http, strings.Replace(http, "}\"}", "}\", version: 3}", 1), `unknown version of HTTP "3"`},
		{http, strings.Replace(http, "}\"}", "}\", bodies: none.jsonl}", 1), "bodies: open none.jsonl: no such file"},
		{http, strings.Replace(http, "}\"}", "}\", body: x, bodies: target_test.go}", 1), "stands in place of body"},
		{"  ready: http://127.0.0.1:{port}/healthz", "  ready: tcp://127.0.0.1:{port}", ""},
		{"  ready: http://127.0.0.1:{port}/healthz", "  ready: tcp://127.0.0.1:{port}/x", "is no port of this machine"},
		{variables, "  limits: {memory: 64MiB, descriptors: 99, cpu: 1s, answer: 2MiB}\n", ""},
		{variables, "  limits: {memory: 1MiB}\n", "memory: 1MiB is out of range"},
		{variables, "  limits: {discriptors: 99}\n", `unknown field "discriptors"; did you mean "descriptors"?`},
		{variables, "  redact: [licence]\n", ""},
		{variables, "  redact: [a b]\n", `"a b" is no part of the name of a secret`},
		{variables, "  metrics: http://127.0.0.1:{port}/metrics\n  pprof: http://127.0.0.1:{port}/debug/pprof/\n", ""},
		{variables, "  metrics: http://example.org/metrics\n", "names no port"},
		{`LEVEL: "2"`, "API_TOKEN: swordfish", ""},
		{"./server, --one", "./server, --password=swordfish", ""},
	} {
		file := strings.Replace(targeted, c.from, c.to, 1)
		if file == targeted {
			t.Fatalf("%q is not in the file", c.from)
		}
		s, err := read("f.yaml", []byte(file), rules)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.to, err, c.want)
		}
		hides := strings.Contains(file, "swordfish")
		if err == nil && (strings.Contains(string(s.Target), "swordfish") || s.Hidden != hides || len(s.Secrets) > 1) {
			t.Errorf("%s: hidden %v, stored %s", c.to, s.Hidden, s.Target)
		}
	}
}
