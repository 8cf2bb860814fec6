package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/harness/live/web"
	"aftershock/results"
	"aftershock/results/ops"
)

// shown is a server with a run that a test plays.
type shown struct {
	t      testing.TB
	server *web.Server
	stream *live.Stream
	status harness.Status
	folder string
}

const name = `</script><b onclick="x">"&`

func show(t testing.TB, o web.Options) *shown {
	t.Helper()
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	server, err := web.Listen(o)
	must(t, err)
	s := &shown{t: t, server: server, folder: t.TempDir()}
	s.stream = live.NewStream(live.Words{}, false, server.Views()...)
	t.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_ = server.Close(ended)
	})
	return s
}

// begin begins a run of one fix, whose question and names are markup.
func (s *shown) begin() {
	asks, err := json.Marshal(map[string]string{"asks": name})
	must(s.t, err)
	s.stream.Started(s.folder, results.Run{
		ID: "run-1", Name: "scenario", Scenario: asks, Pairs: 2,
		Fixes: []results.Fix{{Name: name, Group: "g", Arms: results.Arms{Before: "before", After: "after"}}},
		Groups: []results.Group{{Name: "g", Arms: []results.GroupArm{
			{Name: "before", Side: "before"}, {Name: "after", Side: "after"},
		}}},
	}, func() harness.Status { return s.status })
}

func (s *shown) do(request *http.Request) *http.Response {
	s.t.Helper()
	response, err := http.DefaultClient.Do(request)
	must(s.t, err)
	s.t.Cleanup(func() { response.Body.Close() })
	return response
}

func (s *shown) request(method, path string) *http.Request {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.server.Address()+path, nil)
	must(s.t, err)
	return r
}

func (s *shown) get(path string) (status int, body string) {
	s.t.Helper()
	response := s.do(s.request(http.MethodGet, path))
	text, err := io.ReadAll(response.Body)
	must(s.t, err)
	return response.StatusCode, string(text)
}

var paths = []string{
	"/", "/events", "/state", "/metrics", "/targets", "/members/n1", "/report.html", "/health", "/nothing",
}

// No request changes anything: only GET and HEAD are answered.
func TestOnlyReading(t *testing.T) {
	s := show(t, web.Options{})
	s.begin()
	for _, path := range paths {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			r := s.do(s.request(method, path))
			if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %s, allowed %q", method, path, r.Status, r.Header.Get("Allow"))
			}
		}
		r := s.do(s.request(http.MethodHead, path))
		text, err := io.ReadAll(r.Body)
		policy := r.Header.Get("Content-Security-Policy")
		if err != nil || len(text) > 0 || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("HEAD %s: %s, %d bytes, %v, %v", path, r.Status, len(text), r.Header, err)
		}
	}
}

// Without the token nothing is told, not even which pages there are; a health check needs none and tells nothing.
func TestToken(t *testing.T) {
	const secret = "0123456789abcdef"
	file := filepath.Join(t.TempDir(), "token")
	must(t, os.WriteFile(file, []byte(secret+"\n"), 0o600))
	s := show(t, web.Options{TokenFile: file})
	s.begin()
	said := map[string]bool{}
	for _, path := range paths {
		for _, given := range []string{
			"", "Bearer ", "Bearer wrong", "Basic " + secret, secret, "Bearer " + secret + "x",
		} {
			r := s.request(http.MethodGet, path)
			if given != "" {
				r.Header.Set("Authorization", given)
			}
			response := s.do(r)
			text, err := io.ReadAll(response.Body)
			must(t, err)
			if path == "/health" {
				if response.StatusCode != http.StatusOK || string(text) != "ok\n" {
					t.Errorf("/health: %s, %q", response.Status, text)
				}
				continue
			}
			said[string(text)] = true
			if response.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s with %q: %s", path, given, response.Status)
			}
		}
	}
	if len(said) != 1 || !said["unauthorized\n"] {
		t.Errorf("what is told: %v", said)
	}
	r := s.request(http.MethodGet, "/state")
	r.Header.Set("Authorization", "Bearer "+secret)
	if response := s.do(r); response.StatusCode != http.StatusOK {
		t.Errorf("with the token: %s", response.Status)
	}
	code, page := s.get("/?token=" + secret)
	if code != http.StatusOK || strings.Contains(page, `href="http`) {
		t.Errorf("with the token in the address: %d", code)
	}
}

// A page elsewhere may give its own name a loopback address. It must not read what is told there.
func TestAnotherNameIsNotAnswered(t *testing.T) {
	s := show(t, web.Options{})
	for host, want := range map[string]int{
		"localhost:1": 200, "127.0.0.9": 200, "[::1]:8088": 200, "evil.example": 401, "localhost.evil.example:80": 401,
		"192.168.0.1": 401,
	} {
		r := s.request(http.MethodGet, "/state")
		r.Host = host
		if got := s.do(r).StatusCode; got != want {
			t.Errorf("%s: %d, want %d", host, got, want)
		}
	}
}

func TestAddressesAndTokensThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		must(t, os.Chmod(path, mode))
		return path
	}
	good := write("good", "0123456789abcdef", 0o600)
	for want, o := range map[string]web.Options{
		"allowed: host:port":         {Address: "127.0.0.1"},
		"allowed: 0 to 65535":        {Address: "127.0.0.1:70000"},
		`port "+80"`:                 {Address: "127.0.0.1:+80"},
		"allowed: an IP address":     {Address: "example.com:80", TokenFile: good},
		"needs --serve-token-file":   {Address: "0.0.0.0:8088"},
		"can be reached from other":  {Address: ":8088"},
		"[::]:8088 can be reached":   {Address: "[::]:8088"},
		"has mode 0640":              {Address: "127.0.0.1:1", TokenFile: write("group", "0123456789abcdef", 0o640)},
		"has mode 0604":              {Address: "127.0.0.1:1", TokenFile: write("others", "0123456789abcdef", 0o604)},
		"16 to 512 printable":        {Address: "127.0.0.1:1", TokenFile: write("short", "0123456789abcde", 0o600)},
		"printable ASCII characters": {Address: "127.0.0.1:1", TokenFile: write("lines", "0123456789\nabcdef", 0o600)},
		"without spaces": {
			Address: "127.0.0.1:1", TokenFile: write("long", strings.Repeat("x", 600), 0o600),
		},
		"no such file":   {Address: "127.0.0.1:1", TokenFile: filepath.Join(dir, "none")},
		"is a directory": {Address: "127.0.0.1:1", TokenFile: dir},
	} {
		err := o.Check()
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--serve") {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:8088", "[::1]:1", "0.0.0.0:8088"} {
		if err := (web.Options{Address: address, TokenFile: good}).Check(); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestAPortInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer taken.Close()
	address := taken.Addr().String()
	if _, err := web.Listen(web.Options{Address: address}); err == nil || !strings.Contains(err.Error(), address) ||
		!strings.Contains(err.Error(), "address already in use") {
		t.Errorf("%v", err)
	}
}

// message is one of a stream of server-sent events.
type message struct{ id, kind, data string }

// follow reads the messages of a connection.
func (s *shown) follow(path string) (next func() (message, bool)) {
	s.t.Helper()
	response := s.do(s.request(http.MethodGet, path))
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("%s, %v", response.Status, response.Header)
	}
	lines := bufio.NewReader(response.Body)
	return func() (m message, more bool) {
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return m, false
			}
			field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			switch {
			case field == "id":
				m.id = value
			case field == "event":
				m.kind = value
			case field == "data":
				m.data = value
			case line == "\n" && m.kind != "":
				return m, true
			}
		}
	}
}

// A connection begins with the whole state and goes on with each event; the next one, after a reload or a loss, begins
// with all that happened meanwhile. At the run's end viewers are told, and find the report; then the server is gone.
func TestFollowingARun(t *testing.T) {
	s := show(t, web.Options{})
	next := s.follow("/events")
	if m, _ := next(); m.kind != "state" {
		t.Errorf("the first message is %+v", m)
	}
	s.begin()
	if m, _ := next(); m.kind != "run" || m.id != "1" || !strings.Contains(m.data, `"id":"run-1"`) {
		t.Errorf("%+v", m)
	}
	s.trial("before")
	seen := map[string]int{}
	for m, more := next(); more; m, more = next() {
		if seen[m.kind]++; m.kind == "trial" {
			break
		}
	}
	if seen["now"] < 2 || seen["happened"] != 3 {
		t.Errorf("seen: %v", seen)
	}
	again := s.follow("/events")
	m, _ := again()
	var state live.State
	must(t, json.Unmarshal([]byte(m.data), &state))
	if len(state.Trials) != 1 || state.Now.Phase != "teardown" || len(state.Block[0].Marks) != 3 {
		t.Errorf("after a loss: %+v", state)
	}
	if code, text := s.get("/report.html"); code != http.StatusNotFound || strings.Contains(text, s.folder) {
		t.Errorf("the report before the end: %d %q", code, text)
	}
	must(t, os.WriteFile(filepath.Join(s.folder, web.ReportFile), []byte("<title>the report</title>"), 0o600))
	s.stream.End(live.End{Status: "complete", Report: true})
	closed := make(chan error, 1)
	go func() { closed <- s.server.Close(t.Context()) }()
	for _, next := range []func() (message, bool){next, again} {
		for m, more := next(); more; m, more = next() {
			if m.kind != "end" {
				continue
			}
			if code, text := s.get("/report.html"); code != http.StatusOK || text != "<title>the report</title>" {
				t.Errorf("the report: %d %q", code, text)
			}
		}
	}
	must(t, <-closed)
	if _, err := net.Dial("tcp", s.server.Address()); err == nil {
		t.Error("the server still answers")
	}
}

// trial plays one trial of an arm: a fault, another leader, and its operations.
func (s *shown) trial(arm results.Arm) {
	s.status = harness.Status{
		Slot: results.Slot{Group: "g", Block: 1, Arm: arm}, Trial: 1, Trials: 4, Phase: results.InFault, Members: 3,
		At: 2 * time.Second, Recent: harness.Recent{OK: 5, Failed: 1, P99: time.Millisecond},
		Links: map[string]string{"collector": "n2"}, Pages: map[string]string{
			"n2": "http://127.0.0.1:2381/metrics", "n1": "http://127.0.0.1:2380/metrics",
		},
		Happened: []results.Event{
			{At: -1, Source: "n1", What: "leader-elected", Data: map[string]string{"leader": "n1", "term": "2"}},
			{At: 1e9, Source: "n1", What: "leader-elected", Data: map[string]string{"leader": "n2", "term": "3"}},
			{At: 1e9, Source: "chaos", What: "injected", Data: map[string]string{"fault": name, "event": "e1"}},
			{At: 11e8, Source: "chaos", What: "effective", Data: map[string]string{"fault": name, "event": "e1"}},
		},
	}
	s.stream.Look()
	stream := ops.Stream{Name: "batch", Timeout: time.Second}
	operation := func(outcome ops.Outcome, took time.Duration, flags ops.Flags) harness.Operation {
		return harness.Operation{Group: "g", Arm: arm, Stream: stream, Phase: results.InFault,
			Outcome: ops.Record{Outcome: outcome, Service: took, Flags: flags}}
	}
	s.server.Operations([]harness.Operation{
		operation(ops.OK, 3*time.Millisecond, 0), operation(ops.OK, 4*time.Millisecond, ops.Partial),
		operation(ops.Failed, time.Millisecond, 0), operation(ops.Missed, 0, 0),
	})
	s.status.Phase = "teardown"
	t := results.Trial{Group: "g", Block: 1, Arm: arm}
	t.Generator.LatenessP99 = 2 * time.Millisecond
	t.Machine.Standstill = &results.Standstill{Longest: 30 * time.Millisecond}
	s.stream.TrialDone(t)
}

// A viewer that never reads costs the run nothing: its connection is left, and the server ends all the same.
func TestAViewerThatNeverReads(t *testing.T) {
	s := show(t, web.Options{})
	s.begin()
	connection, err := net.Dial("tcp", s.server.Address())
	must(t, err)
	defer connection.Close()
	_, err = io.WriteString(connection, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
	must(t, err)
	next := s.follow("/events")
	for n := range 20_000 {
		s.status.Judged = n
		s.stream.Look()
		if _, more := next(); !more { // the state first, and then each event
			t.Fatalf("who reads was dropped after %d events", n)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	must(t, s.server.Close(ended))
}

// A browser without scripts has the state in tables, and names from files stay text.
func TestThePageWithoutScripts(t *testing.T) {
	s := show(t, web.Options{})
	if code, text := s.get("/"); code != http.StatusOK || !strings.Contains(text, "About to begin.") {
		t.Errorf("before a run: %d", code)
	}
	s.begin()
	s.trial("before")
	_, text := s.get("/")
	s.stream.End(live.End{Status: "partial", Why: "interrupted by SIGINT"})
	if _, over := s.get("/"); !strings.Contains(over, "The run has ended: partial, interrupted by SIGINT.") {
		t.Error("the page does not say why the run ended")
	}
	body := text[strings.Index(text, "<body>"):strings.LastIndex(text, "<script>")]
	for _, want := range []string{"Trial 1 of 4: g, before.", "collector to n2", "teardown", "<td>valid</td>", "1 ms"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "<b onclick") || !strings.Contains(body, "&lt;/script&gt;") {
		t.Error("a name is markup")
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
