package scenarios

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/scenarios/fixes"
	"aftershock/scenarios/kv"
)

// shippedLoad is what a shipped scenario says of its load on etcd.
func shippedLoad(t *testing.T, name string) kv.Config {
	t.Helper()
	s, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ KV kv.Config }
	if err := json.Unmarshal(s.Target, &got); err != nil {
		t.Fatal(err)
	}
	return got.KV
}

func TestALoadOnEtcdIsResolved(t *testing.T) {
	got := shippedLoad(t, "kv-put")
	want := kv.Config{
		Fix: "kv-put", Scenario: "kv-put",
		Says: "What do puts to etcd itself cost while their leader is suspended, on any of the members?",
		Keys: 2000, KeySize: 32, ValueSize: 256, Skew: kv.Uniform, Clients: 32, Connections: 3,
		Streams: []kv.Stream{
			{Name: "put", Do: kv.Put, Timeout: time.Second},
			{Name: "read", Do: kv.Range, Timeout: time.Second, Count: 1},
		},
		Primary: results.Metric{Name: "goodput", Phase: results.InFault}, Guards: []results.Metric{},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestEachOperationIsInAShippedScenario(t *testing.T) {
	var shown []string
	for _, of := range slices.Concat(shippedLoad(t, "kv-put").Streams, shippedLoad(t, "kv-mixed").Streams) {
		shown = append(shown, of.Do)
	}
	for _, do := range kv.Operations {
		if !slices.Contains(shown, do) {
			t.Errorf("no shipped scenario has the operation %s", do)
		}
	}
}

// A fault that takes writes back would have each trial lose what it checks.
func TestALoadOnEtcdIsNotRestored(t *testing.T) {
	source, err := os.ReadFile("kv-put.yaml")
	if err != nil {
		t.Fatal(err)
	}
	event := "{fault: leader-pause, target: leader, at: 50ms, jitter: 100ms, for: 3s}"
	changed := strings.Replace(string(source), event, "{fault: snapshot-restore, at: 50ms}", 1)
	_, err = Read("f.yaml", []byte(changed))
	if err == nil || !strings.Contains(err.Error(), "snapshot-restore takes acknowledged writes back") {
		t.Errorf("got %v", err)
	}
}

// The registry makes a fix of it that compares a phase with the calm.
func TestALoadOnEtcdBringsItsFix(t *testing.T) {
	s, err := Load("kv-mixed")
	if err != nil {
		t.Fatal(err)
	}
	registry, err := fixes.Registry().For(s.Target)
	if err != nil {
		t.Fatal(err)
	}
	fix, err := registry.Find("kv-mixed")
	if err != nil || fix.Against != results.Steady || len(registry.Fixes) != 1 {
		t.Errorf("%+v, %v; %d fixes", fix.Fix, err, len(registry.Fixes))
	}
	streams := fix.Workload(results.Before).Describe().Streams
	if len(streams) != len(s.Streams) || streams[0].Role == streams[1].Role {
		t.Errorf("it serves %+v", streams)
	}
}
