package service

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"
)

// serveGRPC serves the usual health service, and says of it by reflection what it is.
func serveGRPC(address string, options ...grpc.ServerOption) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	server := grpc.NewServer(options...)
	service := health.NewServer()
	service.SetServingStatus("setting-1", healthpb.HealthCheckResponse_NOT_SERVING)
	healthpb.RegisterHealthServer(server, service)
	reflection.Register(server)
	_ = server.Serve(listener)
}

func TestRequestsOverHTTP2(t *testing.T) {
	for version, want := range map[int]string{0: "HTTP/1.1", 2: "HTTP/2.0"} {
		b := newBed(t)
		target := testTarget("serves")
		target.Requests["echo"] = Request{
			Method: "GET", URL: "http://127.0.0.1:{port}/proto", Version: version,
			JSON: map[string]string{"proto": want},
		}
		s := started(t, target, b)
		if got := outcome(s, "echo", 0, 10*time.Second); got != ops.NoReason {
			t.Errorf("version %d: %v", version, got)
		}
		stopped(t, s, b)
	}
}

// overTLS is a target that serves over TLS alone, and asks for HTTP/2 with version 2.
func overTLS(version int, path string) Target {
	target := testTarget("secure")
	target.CA = authority()
	target.Ready = "https://127.0.0.1:{port}/healthz"
	target.Requests["echo"] = Request{Method: "GET", URL: "https://127.0.0.1:{port}/" + path, Version: version}
	return target
}

func TestRequestsOverTLS(t *testing.T) {
	for version, want := range map[int]string{0: "HTTP/1.1", 2: "HTTP/2.0"} {
		b := newBed(t)
		target := overTLS(version, "proto")
		r := target.Requests["echo"]
		r.JSON = map[string]string{"proto": want}
		target.Requests["echo"] = r
		s := started(t, target, b)
		if got := outcome(s, "echo", 0, 10*time.Second); got != ops.NoReason {
			t.Errorf("version %d: %v", version, got)
		}
		stopped(t, s, b)
	}
}

// A program whose certificate another authority has issued is not driven, and neither is one of no authority at all.
func TestAProgramThatNoAuthorityVouchesFor(t *testing.T) {
	t.Parallel() // it waits for all of its time
	target := overTLS(2, "proto")
	target.CA, target.Within = "", 4*time.Second
	b := newBed(t)
	_, err := workload{target, results.Before}.Start(t.Context(), b.Env)
	if err == nil || !strings.Contains(err.Error(), "certificate signed by unknown authority") {
		t.Errorf("%v", err)
	}
	checkNothingLeft(t, b)
}

func TestAuthoritiesAreReadFromAFile(t *testing.T) {
	target := overTLS(2, "proto")
	key := "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
	for name, c := range map[string]struct{ text, want, err string }{
		"a certificate":     {target.CA, target.CA, ""},
		"two":               {target.CA + "between them\n" + target.CA, target.CA + target.CA, ""},
		"a key beside it":   {key + target.CA, target.CA, ""},
		"a key alone":       {key, "", "holds no certificate in PEM"},
		"no certificate":    {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "", "x509: malformed"},
		"nothing of a kind": {"", "", "holds no certificate in PEM"},
	} {
		file := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := AuthoritiesOf(file)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.err)
		}
	}
	if _, err := AuthoritiesOf(filepath.Join(t.TempDir(), "none.pem")); err == nil {
		t.Error("a file that is not there was read")
	}
}

// overGRPC is a target that is asked for the health of a service.
func overGRPC(g GRPC) Target {
	target := testTarget("grpc")
	target.Ready = "tcp://127.0.0.1:{port}"
	g.Address = "127.0.0.1:{port}"
	if g.Method == "" {
		g.Method = "grpc.health.v1.Health/Check"
	}
	target.Requests["echo"] = Request{GRPC: &g}
	return target
}

func TestCallsOverGRPC(t *testing.T) {
	const one = `{"service": "setting-{{.Mod 3}}"}`
	for name, c := range map[string]struct {
		g       GRPC
		status  []int
		json    map[string]string
		n       int
		want    ops.Reason
		counter string
	}{
		"serves":     {GRPC{Message: "{}"}, nil, map[string]string{"status": "SERVING"}, 0, ops.NoReason, ""},
		"a template": {GRPC{Message: one}, nil, map[string]string{"status": "NOT_SERVING"}, 4, ops.NoReason, ""},
		"a wrong answer": {
			GRPC{Message: one}, nil, map[string]string{"status": "SERVING"}, 1, ops.Error, answersWrong,
		},
		"a status":         {GRPC{Message: one}, nil, nil, 2, ops.Rejected, statusUnexpected},
		"the status asked": {GRPC{Message: one}, []int{5}, nil, 2, ops.NoReason, ""},
		"a .proto file":    {GRPC{Message: one, Proto: "testdata/health.proto"}, nil, nil, 1, ops.NoReason, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBed(t)
			target := overGRPC(c.g)
			r := target.Requests["echo"]
			r.Status, r.JSON = c.status, c.json
			target.Requests["echo"] = r
			s := started(t, target, b)
			if got := outcome(s, "echo", c.n, 10*time.Second); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
			stopped(t, s, b)
			for _, counter := range []string{answersWrong, statusUnexpected} {
				if got := b.counters[counter].Load(); (got == 1) != (counter == c.counter) {
					t.Errorf("%s is %d", counter, got)
				}
			}
		})
	}
}

func TestCallsThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		g    GRPC
		as   string
		want string
	}{
		"no service":   {GRPC{Method: "a.B/C", Message: "{}"}, "grpc", "not say what a.B is by reflection"},
		"no method":    {GRPC{Method: "grpc.health.v1.Health/Chek", Message: "{}"}, "grpc", "has no method Chek ("},
		"a stream":     {GRPC{Method: "grpc.health.v1.Health/Watch", Message: "{}"}, "grpc", "is a stream"},
		"no message":   {GRPC{Message: `{"servce": "x"}`}, "grpc", "the message is no grpc.health.v1.Health"},
		"no gRPC":      {GRPC{Message: "{}"}, "serves", "the server does not say"},
		"not declared": {GRPC{Message: "{}", Proto: "testdata/none.proto"}, "grpc", "does not compile"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBed(t)
			target := overGRPC(c.g)
			target.Before.Env = map[string]string{mode: c.as}
			_, err := workload{target, results.Before}.Start(t.Context(), b.Env)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			checkNothingLeft(t, b)
		})
	}
}

func TestProtoFilesAreCheckedBeforehand(t *testing.T) {
	folder := t.TempDir()
	const head = "syntax = \"proto3\"; package a; "
	for text, want := range map[string]string{
		head + "message {}": "does not compile: bad.proto:1:",
		head + "service S { rpc C(M) returns (M); } message M {}": "does not declare a.S/D",
	} {
		file := filepath.Join(folder, "bad.proto")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := (&GRPC{Method: "a.S/D", Proto: file}).CheckProto()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestRecordedBodiesAreSentInTurn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bodies.jsonl")
	if err := os.WriteFile(file, []byte("{\"n\": 1}\n\n{\"n\": 2}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	bodies, err := BodiesOf(file)
	if err != nil {
		t.Fatal(err)
	}
	b := newBed(t)
	target := testTarget("serves")
	target.Requests["echo"] = Request{
		Method: "POST", URL: "http://127.0.0.1:{port}/body", Bodies: bodies, JSON: map[string]string{"n": "1"},
	}
	s := started(t, target, b)
	for n, want := range map[int]ops.Reason{0: ops.NoReason, 1: ops.Error, 2: ops.NoReason} {
		if got := outcome(s, "echo", n, 10*time.Second); got != want {
			t.Errorf("request %d: %v, want %v", n, got, want)
		}
	}
	stopped(t, s, b)
	if err := os.WriteFile(file, []byte("{\"n\": 3}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (workload{target, results.Before}).Start(t.Context(), newBed(t).Env); err == nil ||
		!strings.Contains(err.Error(), "was changed since the run was begun") {
		t.Errorf("%v", err)
	}
	for path, want := range map[string]string{"/dev/zero": "no regular file", folderOf(file): "is a directory"} {
		if _, err := BodiesOf(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}

func folderOf(file string) string { return filepath.Dir(file) }

func TestItsOwnFiguresAreKept(t *testing.T) {
	b := newBed(t)
	target := testTarget("serves")
	target.Metrics = "http://127.0.0.1:{port}/metrics"
	target.Pprof = "http://127.0.0.1:{port}/debug/pprof/"
	s := started(t, target, b)
	stopped(t, s, b)
	for file, want := range map[string]string{
		"target-metrics-start.txt": "requests_total 7\n", "target-metrics-end.txt": "requests_total 7\n",
		"target-heap.pprof": "\x1f\x8b", "target-goroutine.pprof": "\x1f\x8b", // as gzip begins
	} {
		text, err := os.ReadFile(filepath.Join(b.Log, file))
		if err != nil || !strings.HasPrefix(string(text), want) {
			t.Errorf("%s: %.40q, %v", file, text, err)
		}
	}
	b = newBed(t)
	target.Metrics, target.Pprof = "http://127.0.0.1:{port}/none", ""
	s = started(t, target, b)
	if err := s.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(filepath.Join(b.Log, "target-metrics-end.txt"))
	if err != nil || !strings.Contains(string(text), "/none answers 404 Not Found") {
		t.Errorf("%q, %v", text, err)
	}
}
