package results_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"aftershock/results"
)

// What was written before there were blocks is read as blocks of two.
func TestSchema1IsRead(t *testing.T) {
	folder := t.TempDir()
	for name, to := range map[string]string{"run-1.json": results.RunFile, "trial-1.json": results.TrialFile} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, to), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run, err := results.ReadRun(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := sampleRun()
	want.Fixes[0].Price = results.Price{} // of which schema 1 knew nothing
	want.Fixes[0].Against = ""            // nothing compared phases then
	want.Fixes[0].Operations = ""         // and all were batches
	want.Fixes[0].Built = ""              // no run built anything
	if !reflect.DeepEqual(run.Groups, want.Groups) || !reflect.DeepEqual(run.Order, want.Order) ||
		!reflect.DeepEqual(run.Fixes, want.Fixes) {
		t.Errorf("groups %+v, order %+v, fixes %+v", run.Groups, run.Order, run.Fixes)
	}
	trial, err := results.ReadTrial(folder)
	if err != nil {
		t.Fatal(err)
	}
	if trial.Slot() != sampleTrial().Slot() || trial.Invalid == "" || trial.Spoiled {
		t.Errorf("trial %+v, spoiled %v, and it was interrupted", trial.Slot(), trial.Spoiled)
	}
}

// What was invalid in schema 1 was run again, whatever the reason.
func TestInvalidTrialsOfSchema1AreSpoiled(t *testing.T) {
	var trial results.Trial
	err := json.Unmarshal([]byte(`{"schema":1,"fix":"null","pair":2,"arm":"after","invalid":"steal"}`), &trial)
	if err != nil {
		t.Fatal(err)
	}
	if want := (results.Slot{Group: "null", Block: 2, Arm: results.After}); trial.Slot() != want || !trial.Spoiled {
		t.Errorf("trial %+v, spoiled %v", trial.Slot(), trial.Spoiled)
	}
}

// A run whose pairs could be left out by what an arm did keeps them all.
func TestATriggerThatAnArmSetIsGivenUp(t *testing.T) {
	for counter, kept := range map[string]bool{
		"lock_held_across_rpc_leaderless": false, "ambiguous_writes": false, "relists": false,
		"prechecks_outrun":                false,
		"batches_under_cancelled_context": true, "ticks_leaderless": true, "": true,
	} {
		folder, run := t.TempDir(), sampleRun()
		run.Fixes[0].Trigger.Counter = counter
		want := run.Fixes[0].Trigger
		if !kept {
			want = results.Trigger{}
		}
		if err := results.WriteJSON(filepath.Join(folder, results.RunFile), run); err != nil {
			t.Fatal(err)
		}
		if got, err := results.ReadRun(folder); err != nil || got.Fixes[0].Trigger != want {
			t.Errorf("%s: got %+v, %v, want %+v", counter, got.Fixes[0].Trigger, err, want)
		}
	}
}

// The names of schema 1 must not replace those that are there.
func TestASlotKeepsItsOwnNames(t *testing.T) {
	var s results.Slot
	if err := json.Unmarshal([]byte(`{"group":"g","block":3,"arm":"after","fix":"f","pair":9}`), &s); err != nil {
		t.Fatal(err)
	}
	if want := (results.Slot{Group: "g", Block: 3, Arm: results.After}); s != want {
		t.Errorf("got %+v, want %+v", s, want)
	}
}
