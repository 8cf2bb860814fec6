package process

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// environmentOf starts a child and gives the variables that it sees.
func environmentOf(t *testing.T, env map[string]string) []string {
	t.Helper()
	told := make(chan []string, 1)
	p, err := Start(Spec{Role: "environment", Env: env, Report: func(line json.RawMessage) {
		var variables []string
		if err := json.Unmarshal(line, &variables); err != nil {
			t.Error(err)
		}
		told <- variables
	}})
	if err != nil {
		t.Fatal(err)
	}
	if exit, err := p.Exit(); err != nil || !exit.OK() {
		t.Fatalf("the child ended with %v, %v", exit, err)
	}
	variables := <-told
	slices.Sort(variables)
	return variables
}

// A child had whatever was exported where the run was started: a memory limit, debug settings, proxies, the log levels
// of gRPC and etcd, passwords. Each changed figures or filled logs, and none was recorded.
func TestAChildHasAKnownEnvironment(t *testing.T) {
	for _, name := range slices.Concat(slices.Collect(maps.Keys(handedOn)), trust) {
		t.Setenv(name, "")
	}
	for name, value := range map[string]string{
		"GOMEMLIMIT": "8MiB", "GODEBUG": "gctrace=1", "GOTRACEBACK": "none", "REQUEST_METHOD": "GET",
		"GRPC_GO_LOG_SEVERITY_LEVEL": "info", "GRPC_GO_RETRY": "on", "ETCD_CLIENT_DEBUG": "debug", "ETCDCTL_API": "3",
		"ETCD_VERIFY": "all", "HTTP_PROXY": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1", "NO_PROXY": "*",
		PasswordVariable: "marked-secret", "HOME": "/home/marked", "AFTERSHOCK_TEST_UNKNOWN": "yes",
		"GOGC": "150", "GOMAXPROCS": "3",
	} {
		t.Setenv(name, value)
	}
	want := []string{"GOGC=150", "GOMAXPROCS=3", "OF_THE_SPEC=1"} // Connect has taken the role away
	if got := environmentOf(t, map[string]string{"OF_THE_SPEC": "1"}); !slices.Equal(got, want) {
		t.Errorf("the child has %q, want %q", got, want)
	}
}

func TestInherited(t *testing.T) {
	for _, c := range []struct {
		name           string
		variables      []string
		kept, withheld []string
		pairs          []string
	}{
		{"nothing", nil, nil, nil, nil},
		{
			"numbers are shown", []string{"GOMAXPROCS=4", "GOGC=off"},
			[]string{"GOGC=off", "GOMAXPROCS=4"}, nil, []string{"GOMAXPROCS=4", "GOGC=off"},
		},
		{"what is not a number is withheld", []string{"GOGC=of", "GOMAXPROCS=-1"}, nil,
			[]string{"GOGC", "GOMAXPROCS"}, nil},
		{"empty is unset", []string{"GOGC=", "GODEBUG=", "NO_PROXY="}, nil, nil, nil},
		{
			"paths are not shown", []string{"GOCOVERDIR=/home/marked", "GORACE=log_path=/home/marked"},
			[]string{"GOCOVERDIR", "GORACE"}, nil, []string{"GOCOVERDIR=/home/marked", "GORACE=log_path=/home/marked"},
		},
		{
			"what changes children is named", []string{"no_proxy=a=b", "HOME=/root", "ETCD_NAME=x", "GRPC_VERBOSITY=1", "GOPROXY=off"},
			nil, []string{"ETCD_NAME", "GRPC_VERBOSITY", "no_proxy"}, nil,
		},
		{"trust is handed on and listed nowhere", []string{"SSL_CERT_FILE=/home/marked"}, nil, nil, []string{"SSL_CERT_FILE=/home/marked"}},
		{"without a sign", []string{"GODEBUG", "GOGC"}, nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, want := inherited(c.variables), (Environment{c.kept, c.withheld, c.pairs}); !reflect.DeepEqual(got, want) {
				t.Errorf("inherited = %+v, want %+v", got, want)
			}
		})
	}
}

// Whatever is in a variable, what is stored holds names and numbers alone.
func FuzzInherited(f *testing.F) {
	for _, seed := range [][2]string{{"GOGC", "off"}, {"GOGC", "1_0"}, {"GODEBUG", "secret"}, {"GORACE", "x"}, {"a_proxy", "http://u:p@h"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		e := inherited([]string{name + "=" + value})
		name, value, _ = strings.Cut(name+"="+value, "=")
		if len(e.Kept)+len(e.Withheld) > 1 {
			t.Fatalf("one variable is both handed on and withheld: %+v", e)
		}
		for _, kept := range e.Kept {
			if _, known := handedOn[name]; !known || kept != name && !isNumber(value) && value != "off" {
				t.Errorf("%q with %q is stored as %q", name, value, kept)
			}
		}
		if len(e.Withheld) == 1 && e.Withheld[0] != name {
			t.Errorf("%q is stored as %q", name, e.Withheld[0])
		}
	})
}
