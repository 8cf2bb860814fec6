package claims

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/manifest/manifesttest"
	"aftershock/results/summary"
)

func folderWith(t *testing.T, r Record) string {
	t.Helper()
	folder := t.TempDir()
	if err := r.Write(folder); err != nil {
		t.Fatal(err)
	}
	return folder
}

// runIn leaves a run's folder below that of a part.
func runIn(t *testing.T, folder, part, id string, run results.Run) {
	t.Helper()
	below := filepath.Join(folder, RunsDir, part, id)
	if err := os.MkdirAll(below, 0o755); err != nil {
		t.Fatal(err)
	}
	switch run.Schema {
	case 0:
	case results.Schema:
		manifesttest.Seal(t, below, run)
	default:
		if err := results.WriteJSON(filepath.Join(below, results.RunFile), run); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsMissingLeavesClaimsUndecided(t *testing.T) {
	var claims []Claim
	var parts []Part
	for _, name := range []string{"none", "failed", "broken", "partial", "whole", "twice"} {
		claims = append(claims, Claim{Name: name, Fixes: []Evidence{{Fix: "a", Scenario: name}}, Rule: Stands})
		parts = append(parts, Part{Name: "01-" + name, Scenario: name})
	}
	parts[1].Failed = "the disk is full"
	folder := folderWith(t, Record{Schema: Schema, Claims: claims, Parts: parts})
	run := results.Run{Schema: results.Schema, Status: results.Running, Fixes: []results.Fix{{Name: "a", Primary: p99}}}
	run.Groups = []results.Group{run.Fixes[0].Alone()}
	runIn(t, folder, "01-none", "cut-short-before-run.json", results.Run{})
	runIn(t, folder, "01-broken", "x", results.Run{Schema: 99})
	runIn(t, folder, "01-partial", "x", run)
	runIn(t, folder, "01-twice", "x", run)
	runIn(t, folder, "01-twice", "y", run)
	run.Status = results.Complete
	runIn(t, folder, "01-whole", "x", run)
	table, err := Compute(folder)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		"not run", "the disk is full", "the run cannot be read", "no pair can be judged (the run is partial)", "no pair can be judged",
		"holds 2 runs, and a part has one",
	} {
		row := table.Rows[i]
		if row.Verdict != Undecided || !strings.Contains(row.Why, want) {
			t.Errorf("%s: %s, %q, want %q", row.Claim.Name, row.Verdict, row.Why, want)
		}
		if row.Partial != (row.Claim.Name == "partial") {
			t.Errorf("%s: partial %v", row.Claim.Name, row.Partial)
		}
		if table.Parts[i].Whole != (row.Claim.Name == "whole") {
			t.Errorf("%s: whole %v", row.Claim.Name, table.Parts[i].Whole)
		}
	}
}

// A run of the suite that is not as it was left is named, wherever the suite's folder lies.
func TestDamagedRunsOfASuiteAreNamed(t *testing.T) {
	folder := folderWith(t, Record{Schema: Schema, Parts: []Part{{Name: "01-a", Scenario: "a"}}})
	run := results.Run{Schema: results.Schema, Status: results.Complete,
		Fixes: []results.Fix{{Name: "a", Primary: p99}}}
	run.Groups = []results.Group{run.Fixes[0].Alone()}
	runIn(t, folder, "01-a", "x", run)
	table, err := Compute(folder)
	if err != nil || len(table.Damage()) != 0 {
		t.Fatalf("%v, %v", table.Damage(), err)
	}
	file := filepath.Join(RunsDir, "01-a", "x", results.RunFile)
	text, err := os.ReadFile(filepath.Join(folder, file))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, file),
			[]byte(strings.Replace(string(text), `"seed": 0`, `"seed": 1`, 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	table, err = Compute(folder)
	if err != nil || len(table.Damage()) == 0 || table.Damage()[0].File != file {
		t.Errorf("%+v, %v", table.Damage(), err)
	}
	if err := summary.Undamaged(table.Damage()); err == nil {
		t.Error("a damaged suite has no error")
	}
}

// How long a run paused before it was resumed is not known, and so neither is how long all took.
func TestTheTimeOfAllRunsIsKnownOrLeftOut(t *testing.T) {
	began := time.Unix(1000, 0).UTC()
	whole := results.Run{Schema: results.Schema, Status: results.Complete, Started: began, Ended: began.Add(time.Minute)}
	resumed, partial := whole, whole
	resumed.Resumed, partial.Status = []time.Time{began.Add(time.Second)}, results.Partial
	for name, c := range map[string]struct {
		second results.Run
		want   time.Duration
	}{"whole": {whole, 2 * time.Minute}, "resumed": {resumed, 0}, "partial": {partial, 0}, "not begun": {results.Run{}, 0}} {
		folder := folderWith(t, Record{Schema: Schema, Parts: []Part{{Name: "01-a", Scenario: "a"}, {Name: "02-b", Scenario: "b"}}})
		runIn(t, folder, "01-a", "x", whole)
		runIn(t, folder, "02-b", "x", c.second)
		if table, err := Compute(folder); err != nil || table.Took != c.want {
			t.Errorf("%s: %v, want %v; %v", name, table.Took, c.want, err)
		}
	}
}

func TestFoldersOfClaims(t *testing.T) {
	if _, err := Compute(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is not a folder of article run") {
		t.Errorf("no record: %v", err)
	}
	for _, name := range []string{"..", "a/b", "../../etc"} {
		if _, err := ReadRecord(folderWith(t, Record{Schema: Schema, Parts: []Part{{Name: name}}})); err == nil {
			t.Errorf("part %q is read from elsewhere", name)
		}
	}
	if _, err := ReadRecord(folderWith(t, Record{Schema: results.Schema + 1})); err == nil {
		t.Error("a newer record is read")
	}
}
