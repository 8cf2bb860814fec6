package results_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"aftershock/results"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares what a test wrote with testdata, which is schema 1 as readers elsewhere know it.
func golden(t *testing.T, name, written string) {
	t.Helper()
	got, err := os.ReadFile(written)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s(go test ./results -update rewrites it)", got, want)
	}
}

func TestRunGolden(t *testing.T) {
	path := filepath.Join(t.TempDir(), results.RunFile)
	if err := results.WriteJSON(path, sampleRun()); err != nil {
		t.Fatal(err)
	}
	golden(t, "run.json", path)
	got, err := results.ReadRun(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	// The scenario is indented with the rest of the file, and means the same.
	var scenario bytes.Buffer
	if err := json.Compact(&scenario, got.Scenario); err != nil {
		t.Fatal(err)
	}
	got.Scenario = scenario.Bytes()
	if want := sampleRun(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTrialGolden(t *testing.T) {
	path := filepath.Join(t.TempDir(), results.TrialFile)
	if err := results.WriteJSON(path, sampleTrial()); err != nil {
		t.Fatal(err)
	}
	golden(t, "trial.json", path)
	got, err := results.ReadTrial(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if want := sampleTrial(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestEventsGolden(t *testing.T) {
	path := filepath.Join(t.TempDir(), results.EventsFile)
	if err := results.WriteEvents(path, sampleEvents()); err != nil {
		t.Fatal(err)
	}
	golden(t, "events.jsonl", path)
	got, err := results.ReadEvents(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := sampleEvents(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
