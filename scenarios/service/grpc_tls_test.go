package service

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// certified serves over TLS, with the certificate of package httptest: for 127.0.0.1, and its own authority.
func certified() grpc.ServerOption {
	server := httptest.NewTLSServer(nil)
	server.Close()
	return grpc.Creds(credentials.NewServerTLSFromCert(&server.TLS.Certificates[0]))
}

// secureAlone accepts TLS, and negotiates no protocol over it.
func secureAlone(address string) {
	server := httptest.NewTLSServer(nil)
	server.Close()
	listener, err := tls.Listen("tcp", address, &tls.Config{
		Certificates: server.TLS.Certificates, MinVersion: tls.VersionTLS12,
	})
	if err != nil {
		panic(err)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go func() { _, _ = io.Copy(io.Discard, conn) }()
	}
}

// authority vouches for what certified serves.
func authority() string {
	server := httptest.NewTLSServer(nil)
	server.Close()
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

// overGRPCAndTLS is a target that is asked for the health of a service over TLS.
func overGRPCAndTLS(g GRPC) Target {
	target := overGRPC(g)
	target.CA = authority()
	target.Before.Env = map[string]string{mode: "grpc over TLS"}
	target.After = target.Before
	target.Requests["echo"].GRPC.Address = "https://127.0.0.1:{port}"
	return target
}

// The method is learnt over TLS, from the server or a file, and calls are made over it.
func TestCallsOverTLS(t *testing.T) {
	for name, file := range map[string]string{"reflection": "", "a .proto file": "testdata/health.proto"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBed(t)
			target := overGRPCAndTLS(GRPC{Message: `{"service": "setting-1"}`, Proto: file})
			r := target.Requests["echo"]
			r.JSON = map[string]string{"status": "NOT_SERVING"}
			target.Requests["echo"] = r
			s := started(t, target, b)
			if got := outcome(s, "echo", 0, 10*time.Second); got != ops.NoReason {
				t.Errorf("%v", got)
			}
			stopped(t, s, b)
		})
	}
}

// What keeps calls from being made over TLS is said before the first of them, also where the server is not asked for
// its methods.
func TestCallsOverTLSThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		as, ca, address string
		want            []string
	}{
		"another authority": {"grpc over TLS", "", "https://127.0.0.1:{port}", []string{
			"grpc: no connection over TLS to 127.0.0.1:", "unknown authority (ca has to name the authority",
		}},
		"another address": {"grpc for another", authority(), "https://127.0.0.2:{port}", []string{
			"grpc: no connection over TLS to 127.0.0.2:", "(its certificate has to be for 127.0.0.2)",
		}},
		"a server without TLS": {"grpc", authority(), "https://127.0.0.1:{port}", []string{
			"does not look like a TLS handshake (a server without TLS needs address: 127.0.0.1:",
		}},
		"HTTP/1.1":  {"secure 1.1", authority(), "https://127.0.0.1:{port}", []string{"does not speak HTTP/2 there"}},
		"TLS alone": {"TLS alone", authority(), "https://127.0.0.1:{port}", []string{"does not speak HTTP/2 there"}},
	} {
		for _, file := range []string{"", "testdata/health.proto"} {
			t.Run(name+file, func(t *testing.T) {
				t.Parallel()
				b := newBed(t)
				target := overGRPCAndTLS(GRPC{Message: "{}", Proto: file})
				target.CA, target.Before.Env = c.ca, map[string]string{mode: c.as}
				target.Requests["echo"].GRPC.Address = c.address
				target.Ready = strings.Replace(c.address, HTTPS, TCP, 1)
				_, err := workload{target, results.Before}.Start(t.Context(), b.Env)
				for _, want := range c.want {
					if err == nil || !strings.Contains(err.Error(), want) {
						t.Errorf("got  %v\nwant %s", err, want)
					}
				}
				checkNothingLeft(t, b)
			})
		}
	}
}

func TestCallsWithoutTLSToAServerWithIt(t *testing.T) {
	target := overGRPCAndTLS(GRPC{Message: "{}"})
	target.Requests["echo"].GRPC.Address = "127.0.0.1:{port}"
	b := newBed(t)
	_, err := workload{target, results.Before}.Start(t.Context(), b.Env)
	if want := "(a server with TLS needs address: https://127.0.0.1:{port})"; err == nil ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	checkNothingLeft(t, b)
}
