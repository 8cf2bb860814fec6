package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/results"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// marked is the password that must not turn up anywhere.
const marked = "marked-secret-5f1d"

// theirCluster is an external cluster: it is there before a run, and has to be there after it.
func theirCluster(t *testing.T, members int) *cluster.Processes {
	t.Helper()
	c := bootTheirs(t, members, false)
	empty(t, owner(t, c, "")) // of what its boot wrote
	return c
}

func bootTheirs(t *testing.T, members int, secured bool) *cluster.Processes {
	t.Helper()
	root, err := os.MkdirTemp("/dev/shm", "aftershock-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	c, err := cluster.StartProcesses(t.Context(), cluster.Config{
		Members: members, Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond, DataRoot: root, TLS: secured,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// owner is a client of the cluster's owner, with a password once there is one.
func owner(t *testing.T, c cluster.Cluster, password string) *clientv3.Client {
	t.Helper()
	config := clientv3.Config{Endpoints: []string{c.Endpoints()[0].ClientURL}, DialTimeout: 10 * time.Second, Logger: zap.NewNop()}
	if password != "" {
		config.Username, config.Password = "root", password
	}
	client, err := clientv3.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func empty(t *testing.T, client *clientv3.Client) {
	t.Helper()
	if _, err := client.Delete(t.Context(), "", clientv3.WithPrefix()); err != nil {
		t.Fatal(err)
	}
}

// keysOf lists all keys that a cluster holds.
func keysOf(t *testing.T, client *clientv3.Client) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	got, err := client.Get(ctx, "", clientv3.WithPrefix(), clientv3.WithKeysOnly())
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, kv := range got.Kvs {
		keys = append(keys, string(kv.Key))
	}
	return keys
}

// written watches a cluster and gives every key that was ever put or deleted, when it is asked.
func written(t *testing.T, client *clientv3.Client) func() []string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	changes := client.Watch(ctx, "", clientv3.WithPrefix(), clientv3.WithCreatedNotify())
	<-changes
	var keys []string
	var reading sync.WaitGroup
	last := make(chan struct{})
	reading.Go(func() {
		for response := range changes {
			for _, e := range response.Events {
				if string(e.Kv.Key) == "the last" {
					close(last)
					continue
				}
				keys = append(keys, string(e.Kv.Key))
			}
		}
	})
	return func() []string {
		if _, err := client.Put(t.Context(), "the last", ""); err != nil {
			t.Fatal(err)
		}
		<-last
		cancel()
		reading.Wait()
		return keys
	}
}

// lock makes a cluster ask for a user.
func lock(t *testing.T, client *clientv3.Client, password string) {
	t.Helper()
	if _, err := client.UserAdd(t.Context(), "root", password); err != nil {
		t.Fatal(err)
	}
	if _, err := client.UserGrantRole(t.Context(), "root", "root"); err != nil {
		t.Fatal(err)
	}
	if _, err := client.AuthEnable(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func credentialsFile(t *testing.T, text string, mode fs.FileMode) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return name
}

// external are the arguments of a run on an external cluster.
func external(c cluster.Cluster, scenario, out string, more ...string) []string {
	var endpoints []string
	for _, e := range c.Endpoints() {
		endpoints = append(endpoints, e.ClientURL)
	}
	return externalAt(strings.Join(endpoints, ","), scenario, out, more...)
}

func externalAt(endpoints, scenario, out string, more ...string) []string {
	return append([]string{"run", scenario, "--out", out, "--cluster", "external", "--endpoints", endpoints}, more...)
}

// checkNowhere fails for each file below a folder that holds the password.
func checkNowhere(t *testing.T, folder string, outputs ...string) {
	t.Helper()
	for _, text := range outputs {
		if strings.Contains(text, marked) {
			t.Errorf("an output holds the password:\n%s", text)
		}
	}
	files := 0
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == harness.Latest {
			return err
		}
		files++
		text, err := os.ReadFile(name)
		if bytes.Contains(text, []byte(marked)) {
			t.Errorf("%s holds the password", name)
		}
		return err
	})
	if err != nil || files < 10 {
		t.Errorf("%d files below %s, %v", files, folder, err)
	}
}

// checkAlive checks that no process of the external cluster has ended.
func checkAlive(t *testing.T, c *cluster.Processes) {
	t.Helper()
	select {
	case err := <-c.Deaths():
		t.Errorf("a member of the external cluster is gone: %v", err)
	default:
	}
	for _, o := range c.Observations() {
		if o.Kind == chaos.Exited {
			t.Errorf("a member of the external cluster is gone: %+v", o)
		}
	}
}

// validTrial is an arm's trial in the attempt that can be judged: a busy machine may have spoilt the first.
func validTrial(t *testing.T, folder string, arm results.Arm) (trial results.Trial) {
	t.Helper()
	for attempt := range 3 {
		var err error
		trial, err = results.ReadTrial(filepath.Join(folder, results.TrialDir(results.Slot{Group: "null-steady", Block: 1, Arm: arm}, attempt)))
		if err == nil && trial.Invalid == "" {
			return trial
		}
	}
	t.Fatalf("%s: no valid trial: %+v", arm, trial)
	return trial
}
