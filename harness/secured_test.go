package harness_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// talker is a sleeper whose publishing talks to etcd.
type talker struct{ sleeper }

type talking struct {
	sleeping
	client *clientv3.Client
}

func (w talker) Start(_ context.Context, env harness.Env) (harness.Service, error) {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{env.Endpoint}, TLS: env.TLS, Logger: zap.NewNop()})
	if err != nil {
		return nil, err
	}
	s := &talking{sleeping{sleeper: w.sleeper, done: env.Counter(done)}, client}
	return s, s.put(clock.Now().Add(10 * time.Second))
}

func (s *talking) put(deadline clock.Nanos) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(deadline-clock.Now()))
	defer cancel()
	_, err := s.client.Put(ctx, "talker", "talks")
	return err
}

func (s *talking) Operation(stream string) func(*load.Op) {
	if stream != "publish" {
		return s.sleeping.Operation(stream)
	}
	return func(op *load.Op) {
		if s.put(op.Deadline) != nil {
			op.Reason = ops.Error
		}
	}
}

func (s *talking) Stop(context.Context) error { return s.client.Close() }

// securedOptions are a run with TLS: the client's certificate expires, and then all are rotated.
func securedOptions(t *testing.T) harness.Options {
	t.Helper()
	o := options(t, "talking")
	s := &o.Scenario
	s.Cluster.TLS = true
	s.Phases.Fault = 2500 * time.Millisecond
	at := s.Phases.FaultStart()
	s.Faults.Faults = []plan.FaultSpec{
		{Fault: "client-cert-expiry", Target: "client.collector", At: at, For: time.Second},
		{Fault: "cert-rotation", At: at + 2100*time.Millisecond},
	}
	o.Plans = plan.ExpandAll(s.Name, s.Faults, faults.Rules(), 7, s.Pairs)
	return o
}

// keyed remembers the keys that were in a cluster's folder when it was closed.
type keyed struct {
	cluster.Cluster
	remember func()
}

func (k keyed) Close() error {
	k.remember()
	return k.Cluster.Close()
}

// keyLines are the lines of all private keys below a folder, without what frames them.
func keyLines(t *testing.T, folder string) (lines []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*", "*.key"))
	if err != nil || len(files) != 3+2 {
		t.Errorf("keys of three members, one client and the administrator were expected: %q, %v", files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "-----") {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
	}
	return lines
}

func TestASecuredRunRotatesAndExpiresAndTellsNoSecrets(t *testing.T) {
	slow.Boots(t)
	o := securedOptions(t)
	secrets := []string{"PRIVATE KEY"}
	boot := o.Runtime.Boot
	var roots []string
	o.Runtime.Boot = func(ctx context.Context, c cluster.Config) (cluster.Cluster, error) {
		booted, err := boot(ctx, c)
		if err != nil {
			return booted, err
		}
		roots = append(roots, c.DataRoot)
		return keyed{booted, func() { secrets = append(secrets, keyLines(t, c.DataRoot)...) }}, nil
	}
	folder, w, err := run(t, o)
	if err != nil {
		t.Fatalf("%v; trials: %+v", err, w.trials)
	}
	for _, trial := range w.trials {
		checkSecured(t, trial, readLog(t, folder, trial))
	}
	if len(secrets) < 2*5 {
		t.Errorf("%d secrets were looked for", len(secrets))
	}
	checkTellsNone(t, folder, secrets)
	for _, root := range roots {
		if _, err := os.Stat(root); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", root, err)
		}
	}
}

// checkSecured checks that both faults had their effect, and that the client was served at some time.
func checkSecured(t *testing.T, trial results.Trial, log *ops.Log) {
	t.Helper()
	if trial.Invalid != "" || len(trial.Faults) != 2 {
		t.Fatalf("invalid: %q, faults %+v", trial.Invalid, trial.Faults)
	}
	for _, f := range trial.Faults {
		hurt, done := f.Effective, f.Done
		if f.Fault == "cert-rotation" {
			hurt, done = done, hurt
		}
		if hurt < f.Injected || done != 0 || f.Recovered < f.Healed || f.Error != "" || f.Resolved["reset"] == "0" {
			t.Errorf("the life of %s: %+v", f.Fault, f)
		}
	}
	for i, stream := range log.Streams {
		if books := log.Books(i); !books.Balanced() || books.OK == 0 ||
			(stream.Name == "publish" && books.Failed == 0) {
			t.Errorf("books of %s: %+v", stream.Name, books)
		}
	}
}

// checkTellsNone checks that no file below a folder has any of the secrets in it.
func checkTellsNone(t *testing.T, folder string, secrets []string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(name)
		for _, secret := range secrets {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s has a line of a private key: %s", name, secret)
			}
		}
		return err
	})
	if err != nil || files < 10 {
		t.Errorf("%d files were looked at: %v", files, err)
	}
}
