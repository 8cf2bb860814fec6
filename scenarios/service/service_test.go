package service

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	_ "net/http/pprof"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/internal/process"
	"aftershock/results"
	"aftershock/results/ops"
)

// mode makes the test binary a program that is driven.
const mode = "TARGET_MODE"

// The test binary is the targets of its tests.
func TestMain(m *testing.M) {
	if as := os.Getenv(mode); as != "" {
		program(as)
		os.Exit(0)
	}
	collectWithin = 20 * time.Second
	os.Exit(m.Run())
}

func program(as string) {
	address := "127.0.0.1:" + os.Getenv("PORT")
	switch as {
	case "exits":
		fmt.Fprintln(os.Stderr, "reading the settings\nno setting \"name\"")
		os.Exit(3)
	case "sleeps":
		fmt.Println("waiting")
		time.Sleep(time.Minute)
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
	case "eats": // a MiB at a time, each page of which is written to
		var all [][]byte
		for fmt.Println("eating"); len(all) < 1<<20; {
			all = append(all, bytes.Repeat([]byte{1}, 1<<20))
		}
	case "burns":
		for fmt.Println("burning"); ; {
		}
	case "leaks":
		var all []*os.File
		for {
			file, err := os.Open(os.DevNull)
			if err != nil {
				fmt.Println(len(all) < 64, err)
				os.Exit(9)
			}
			all = append(all, file)
		}
	case "tells": // its secrets, in every way
		secret := os.Getenv("API_TOKEN")
		fmt.Printf("token %s, quoted %q, in a URL ?x=%s, in base64 %s\n", secret, secret, url.QueryEscape(secret),
			base64.StdEncoding.EncodeToString([]byte(secret)))
		fmt.Println("Authorization: Bearer abc.def.ghi, password=hunter2, and http://user:swordfish@host/")
		fmt.Println(strings.Join(os.Args, " "))
		fmt.Print(strings.Repeat("x", 64<<10-7), secret, strings.Repeat("y", 100), "\n") // across two reads
	case "grpc":
		serveGRPC(address)
	case "grpc over TLS":
		serveGRPC(address, certified())
	case "TLS alone":
		secureAlone(address)
	case "grpc for another": // the certificate is for 127.0.0.1
		serveGRPC("127.0.0.2:"+os.Getenv("PORT"), certified())
	case "elsewhere":
		address = "127.0.0.1:0"
	case "forks": // a daemon: in a session of its own, so that no signal to the group reaches it
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), mode+"=sleeps")
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := child.Start(); err != nil {
			panic(err)
		}
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if as == "unready" {
			http.Error(w, "later", http.StatusServiceUnavailable)
		}
	})
	http.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"n": r.FormValue("n"), "token": r.Header.Get("X-Token"), "items": []int{7, 8}, "ok": true,
		})
	})
	http.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, UsualLimits.Answer+1))
	})
	http.HandleFunc("/hangs", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	http.HandleFunc("/crash", func(http.ResponseWriter, *http.Request) { fmt.Println("out of luck"); os.Exit(7) })
	fmt.Println("serving", os.Getenv("ETCD_ENDPOINTS"))
	http.HandleFunc("/body", func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	http.HandleFunc("/proto", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"proto": %q}`, r.Proto) })
	http.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "requests_total 7") })
	server := http.Server{Protocols: new(http.Protocols)}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	if strings.HasPrefix(as, "secure") {
		over := httptest.NewUnstartedServer(http.DefaultServeMux) // whose certificate is for 127.0.0.1
		_ = over.Listener.Close()
		over.Listener, over.EnableHTTP2 = listener, as != "secure 1.1"
		over.StartTLS()
		select {}
	}
	_ = server.Serve(listener)
}

const healthz = "http://127.0.0.1:{port}/healthz"

// bed is what a harness would give.
type bed struct {
	harness.Env
	counters map[string]*atomic.Uint64
	ends     chan string
}

func newBed(t *testing.T) *bed {
	t.Helper()
	b := &bed{counters: map[string]*atomic.Uint64{}, ends: make(chan string, 1)}
	for _, c := range (workload{}).Describe().Counters {
		b.counters[c.Name] = new(atomic.Uint64)
	}
	b.Env = harness.Env{
		Clients: []string{"two", "one"}, Links: map[string]string{"one": "127.0.0.1:1", "two": "127.0.0.1:2"},
		Log: t.TempDir(), Temporary: t.TempDir(), Seed: 5,
		Counter: func(name string) *atomic.Uint64 { return b.counters[name] },
		Ended:   func(how string, _ clock.Nanos) { b.ends <- how },
	}
	return b
}

// testTarget is a target whose both arms are the test binary in a mode.
func testTarget(as string) Target {
	p := Program{Command: []string{os.Args[0]}, Env: map[string]string{mode: as}}
	return Target{
		Limits: UsualLimits, Before: p, After: p, Ready: healthz, Within: 20 * time.Second, Stop: 5 * time.Second,
		Order:    []string{"echo"},
		Requests: map[string]Request{"echo": {Method: http.MethodGet, URL: "http://127.0.0.1:{port}/echo?n={{.N}}"}},
	}
}

func started(t *testing.T, target Target, b *bed) harness.Service {
	t.Helper()
	s, err := workload{target, results.Before}.Start(t.Context(), b.Env)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkNothingLeft fails when a process of the target is there.
func checkNothingLeft(t *testing.T, b *bed) {
	t.Helper()
	if n := process.EndMarked(b.Temporary); n != 0 {
		t.Errorf("%d processes were left", n)
	}
}

func stopped(t *testing.T, s harness.Service, b *bed) {
	t.Helper()
	if err := s.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	checkNothingLeft(t, b)
}

func printed(t *testing.T, b *bed) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(b.Log, OutputFile))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestATargetIsDrivenAndStopped(t *testing.T) {
	b := newBed(t)
	target := testTarget("serves")
	target.Requests["echo"] = Request{
		Method: http.MethodGet, URL: "http://127.0.0.1:{port}/echo?n={{.N}}",
		Headers: map[string]string{"X-Token": "{{.Mod 3}}"},
		JSON:    map[string]string{"n": "{{.N}}", "items[1]": "8", "token": "1", "ok": "true"},
	}
	s := started(t, target, b)
	for n, want := range map[int]ops.Reason{4: ops.NoReason, 7: ops.NoReason, 5: ops.Error} {
		if got := outcome(s, "echo", n, 10*time.Second); got != want {
			t.Errorf("operation %d: %v, want %v", n, got, want)
		}
	}
	if s.Operation("other") != nil {
		t.Error("a stream that the target does not have has an operation")
	}
	stopped(t, s, b)
	if got := b.counters[answersWrong].Load(); got != 1 {
		t.Errorf("%d wrong answers", got)
	}
	if b.counters[stopForced].Load() != 0 || b.counters[processesLeft].Load() != 0 ||
		b.counters[descriptorsPeak].Load() == 0 ||
		b.counters[memoryPeak].Load() == 0 {
		t.Errorf("counters %v", b.counters)
	}
	if text := printed(t, b); text != "serving http://127.0.0.1:2,http://127.0.0.1:1\n" {
		t.Errorf("its output is %q", text)
	}
	select {
	case how := <-b.ends:
		t.Errorf("it ended unasked: %s", how)
	default:
	}
}

func outcome(s harness.Service, stream string, n int, within time.Duration) ops.Reason {
	op := &load.Op{N: n, Deadline: clock.Now().Add(within)}
	s.Operation(stream)(op)
	return op.Reason
}

func TestAnswersThatAreNoSuccess(t *testing.T) {
	for name, c := range map[string]struct {
		request Request
		want    ops.Reason
		counter string
	}{
		"status":    {Request{URL: "/none"}, ops.Rejected, statusUnexpected},
		"its own":   {Request{URL: "/echo", Status: []int{404, 204}}, ops.Rejected, statusUnexpected},
		"no JSON":   {Request{URL: "/healthz", JSON: map[string]string{"a": ""}}, ops.Error, answersWrong},
		"no path":   {Request{URL: "/echo", JSON: map[string]string{"items[2]": "8"}}, ops.Error, answersWrong},
		"not equal": {Request{URL: "/echo", JSON: map[string]string{"n": "1"}}, ops.Error, answersWrong},
		"too large": {Request{URL: "/large"}, ops.Error, answersTooLarge},
		"hangs":     {Request{URL: "/hangs"}, ops.Timeout, ""},
		"crashes":   {Request{URL: "/crash"}, ops.Error, ""},
		"is right":  {Request{URL: "/none", Status: []int{404}}, ops.NoReason, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t)
			target := testTarget("serves")
			c.request.Method, c.request.URL = http.MethodGet, "http://127.0.0.1:{port}"+c.request.URL
			target.Requests["echo"] = c.request
			s := started(t, target, b)
			within := 10 * time.Second
			if c.want == ops.Timeout {
				within = 50 * time.Millisecond
			}
			if got := outcome(s, "echo", 0, within); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
			if name == "crashes" {
				want := "the target (before) ended with exit code 7; its last lines: serving " +
					"http://127.0.0.1:2,http://127.0.0.1:1 | out of luck"
				if how := <-b.ends; how != want {
					t.Errorf("got  %s\nwant %s", how, want)
				}
			}
			stopped(t, s, b)
			for counter, got := range b.counters {
				if counter == c.counter && got.Load() != 1 || counter == answersWrong && counter != c.counter &&
					got.Load() != 0 {
					t.Errorf("%s is %d", counter, got.Load())
				}
			}
		})
	}
}

func TestProgramsThatDoNotStart(t *testing.T) {
	for name, c := range map[string]struct {
		as     string
		within time.Duration
		edit   func(*Target)
		want   []string
	}{
		"exits": {"exits", 0, nil, []string{
			"the target (before) ended with exit code 3 before it was ready; its last lines: reading the settings | " +
				"no setting \"name\"",
		}},
		"sleeps": {"sleeps", 3 * time.Second, nil, []string{
			"the target (before) is not ready after 3s", "connection refused", "its last lines: waiting",
		}},
		"unready": {"unready", 4 * time.Second, nil,
			[]string{"is not ready after 4s", "/healthz answers 503 Service Unavailable"}},
		"elsewhere": {"elsewhere", 4 * time.Second, nil, []string{
			"is not ready after 4s: it listens at port ", ", which PORT in its environment names", "connection refused",
		}},
		"another path": {"serves", 4 * time.Second, func(t *Target) { t.Ready = "http://127.0.0.1:{port}/health" },
			[]string{
				"is not ready after 4s", "/health answers 404 Not Found",
			}},
		"not found": {"", 0, func(t *Target) { t.Before.Command = []string{"no-such-program"} }, []string{
			`command "no-such-program" is not found in PATH; a program of your own is given by its path, such as ` +
				`./no-such-program`,
		}},
		"no program": {"", 0, func(t *Target) { t.Before.Command = []string{"./service_test.go"} }, []string{
			`command "./service_test.go" must not be executed`,
		}},
		"a folder": {"", 0, func(t *Target) { t.Before.Command = []string{"./"} }, []string{`command "./" is no file`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBed(t)
			target := testTarget(c.as)
			target.Within = c.within
			if c.within == 0 {
				target.Within = 20 * time.Second // it ends before
			}
			if c.edit != nil {
				c.edit(&target)
			}
			_, err := workload{target, results.Before}.Start(t.Context(), b.Env)
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got  %v\nwant %s", err, want)
				}
			}
			checkNothingLeft(t, b)
			if len(b.ends) != 0 {
				t.Errorf("it is said to have ended unasked: %s", <-b.ends)
			}
		})
	}
}

func TestProgramsThatDoNotStop(t *testing.T) {
	for as, c := range map[string]struct {
		counter string
		within  time.Duration
	}{
		"stubborn": {stopForced, 300 * time.Millisecond},
		"forks":    {processesLeft, 20 * time.Second}, // which itself ends at once
	} {
		t.Run(as, func(t *testing.T) {
			b := newBed(t)
			target := testTarget(as)
			target.Stop = c.within
			s := started(t, target, b)
			stopped(t, s, b)
			for name, other := range map[string]uint64{stopForced: 0, processesLeft: 0, c.counter: 1} {
				if got := b.counters[name].Load(); got != other {
					t.Errorf("%s is %d, want %d", name, got, other)
				}
			}
		})
	}
}

// A run asks this before it starts anything.
func TestCommandsAreLookedForBeforehand(t *testing.T) {
	target := testTarget("serves")
	target.After.Command, target.Variables = []string{"./none"}, []string{"TOKEN", "OTHER"}
	err := target.check(func(name string) string { return map[string]string{"OTHER": "x"}[name] })
	want := `target.after: command "./none" is not found; it is looked for from the folder in which aftershock was ` +
		`started
target.variables: TOKEN is not set in the environment of aftershock`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
