package signoff_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/attest"
	"aftershock/results/gate"
	"aftershock/results/signoff"
)

// Evidence holds on another copy, says what it rests on, and passes on what policy engines read.
func TestEvidenceHoldsOnAnotherCopy(t *testing.T) {
	m := signed(t, folderOf(t, options{})).copied(t)
	holds, err := signoff.Verify(t.Context(), m.question(t))
	if err != nil {
		t.Fatal(err)
	}
	e := holds.Evidence
	if e.Result != gate.Pass || len(e.Waived) != 0 || len(holds.Signed) != 2 || holds.Files != len(e.Runs[0].Files) ||
		e.Policy.Text != rules || len(e.Runs[0].Decision.Answers) != 3 {
		t.Errorf("%+v", e)
	}
	var s struct {
		Run   results.Run `json:"run"`
		Fixes []struct {
			Row struct {
				Change struct{ Value, Low, High float64 } `json:"change"`
			} `json:"primary_row"`
		} `json:"fixes"`
	}
	if err := json.Unmarshal(e.Runs[0].Summary, &s); err != nil || s.Run.Seed != 7 || s.Fixes[0].Row.Change.Value >= 0 {
		t.Errorf("%+v, %v", s.Fixes, err)
	}
	var tests struct {
		Result string   `json:"result"`
		Passed []string `json:"passedTests"`
		Failed []string `json:"failedTests"`
		With   []struct {
			Name   string            `json:"name"`
			Digest map[string]string `json:"digest"`
		} `json:"configuration"`
	}
	must(t, json.Unmarshal(m.bundle[1].Statement.Predicate, &tests))
	if tests.Result != "PASSED" || len(tests.Passed) != 3 || len(tests.Failed) != 0 || len(tests.With) != 3 ||
		tests.With[0].Digest["sha256"] != e.Policy.SHA256 {
		t.Errorf("%+v", tests)
	}
}

// A policy that fails is signed as what it is.
func TestFailedIsSigned(t *testing.T) {
	text := "name: strict\nasks: Is it?\nrules:\n  - {rule: verdict, fix: all, is: no difference}\n"
	r := request(t, folderOf(t, options{policy: text}))
	r.Policy = policy(t, text)
	s, err := signoff.Make(r)
	must(t, err)
	st, err := attest.ParseStatement("x", s.Tests)
	must(t, err)
	if s.Evidence.Result != gate.Fail || !strings.Contains(string(st.Predicate), `"FAILED"`) {
		t.Errorf("%s, %s", s.Evidence.Result, st.Predicate)
	}
}

// What cannot be relied on is not signed, whatever the policy says.
func TestRunsThatAreNotSigned(t *testing.T) {
	slow.Reads(t)
	for name, c := range map[string]struct {
		options options
		request func(*signoff.Request)
		kind    attest.Kind
		want    string
		waiver  string
	}{
		"partial": {options{run: func(r *results.Run) { r.Status = results.Partial }}, nil, signoff.Partial,
			"the run is partial", ""},
		"uncalibrated": {options{run: func(r *results.Run) { r.Calibration = nil }}, nil, signoff.Uncalibrated,
			"has not been calibrated", signoff.WaiveUncalibrated},
		"quickly calibrated": {options{run: func(r *results.Run) { r.Calibration.Quick = true }}, nil,
			signoff.Uncalibrated, "a quick one", signoff.WaiveUncalibrated},
		"calibrated elsewhere": {options{run: func(r *results.Run) { r.Calibration.Environment.Host = "x" }}, nil,
			signoff.Uncalibrated, "another machine", signoff.WaiveUncalibrated},
		"unsound": {options{run: func(r *results.Run) { r.Calibration.Result = results.Unsound }}, nil, signoff.Invalid,
			"cannot be believed", ""},
		"dirty": {options{run: func(r *results.Run) { r.Environment.Commit += "-dirty" }}, nil, signoff.Dirty,
			`commit "0123456789abcdef-dirty"`, ""},
		"dirty program": {options{}, func(r *signoff.Request) { r.Tool.Commit = "unknown" }, signoff.Dirty,
			`the judging program: is built from commit "unknown"`, signoff.WaiveDirty},
		"unregistered": {options{run: func(r *results.Run) { r.Registered = "" }}, nil, signoff.Unregistered,
			"names no pre-registration", signoff.WaiveUnregistered},
		"another registration": {options{run: func(r *results.Run) { r.Registered = strings.Repeat("0", 64) }}, nil,
			signoff.ChangedFile, "registration.intoto.jsonl: is not the pre-registration that the run names", ""},
		"registered too late": {options{registered: time.Date(2026, 3, 1, 2, 3, 5, 0, time.UTC)}, nil, signoff.TooLate,
			"was made at 2026-03-01 02:03:05 UTC, and the run's first trial began at 2026-03-01 02:03:04 UTC", ""},
		"another policy": {options{policy: strings.Replace(rules, "6", "7", 1)}, nil, signoff.OtherPolicy,
			"it was changed after the pre-registration", ""},
		"another seed": {options{run: func(r *results.Run) { r.Seed = 8 }}, nil, signoff.OtherCondition,
			"seed: 7 was registered, and the run had 8", ""},
		"underpowered": {options{policy: strings.Replace(rules, "least: 6", "least: 9", 1)}, func(r *signoff.Request) {
			r.Policy = policy(t, strings.Replace(rules, "least: 6", "least: 9", 1))
		}, signoff.Underpowered, "pairs: at least 9", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, folderOf(t, c.options))
			if c.request != nil {
				c.request(&r)
			}
			_, err := signoff.Make(r)
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nwant %s: %s", err, c.kind, c.want)
			}
			r.Waive = signoff.Waivers()
			s, err := signoff.Make(r)
			if c.waiver == "" {
				if err == nil && name != "dirty" {
					t.Error("it was waived")
				}
				return
			}
			if err != nil || len(s.Evidence.Waived) != 1 || s.Evidence.Waived[0] != c.waiver {
				t.Errorf("waived: %v, %v", s.Evidence.Waived, err)
			}
		})
	}
}

// A damaged run and one that is named twice are not signed either.
func TestDamagedRunsAreNotSigned(t *testing.T) {
	folder := folderOf(t, options{})
	if _, err := signoff.Make(request(t, folder, folder)); !errors.Is(err, signoff.OtherRun) {
		t.Errorf("%v", err)
	}
	must(t, os.Remove(filepath.Join(folder, after, "events.jsonl")))
	if _, err := signoff.Make(request(t, folder)); !errors.Is(err, signoff.Damaged) ||
		!strings.Contains(err.Error(), "events.jsonl: is missing") {
		t.Errorf("%v", err)
	}
}

// A verifier has to waive again what was waived, by name.
func TestAWaiverIsSaidTwice(t *testing.T) {
	m := made{folder: folderOf(t, options{run: func(r *results.Run) { r.Environment.Commit = "unknown" }})}
	m.file = filepath.Join(m.folder, "evidence.intoto.jsonl")
	r := request(t, m.folder)
	r.Waive = []string{signoff.WaiveDirty, signoff.WaiveUncalibrated}
	s, err := signoff.Make(r)
	must(t, err)
	m.bundle = attest.Bundle{both(t, s.Ours), both(t, s.Tests), s.Registrations[0].Envelope}
	m.write(t)
	q := m.question(t)
	if _, err := signoff.Verify(t.Context(), q); !errors.Is(err, signoff.Dirty) {
		t.Errorf("%v", err)
	}
	q.Waive = []string{signoff.WaiveDirty, signoff.WaiveUncalibrated}
	if _, err := signoff.Verify(t.Context(), q); err != nil {
		t.Errorf("%v", err)
	}
}

// What is registered is held against the run field by field, and each kind of difference has its own error.
func TestWhatWasRegisteredIsWhatIsRun(t *testing.T) {
	run := results.Run{
		Name: "x", Scenario: []byte(`{"margin":0.1,"workload":{"series":7,"keys":2}}`), Seed: 7, Pairs: 8,
		Fixes: []results.Fix{{Name: "a", Primary: results.Metric{Name: "p99", Phase: "trigger"}}},
		Load:  &results.Load{Setting: "series", Least: 1, Most: 9, Share: 0.4},
	}
	statement, err := signoff.Register(run, []byte("plan\n"), policy(t, rules), tool, today)
	must(t, err)
	e, err := attest.Sign(t.Context(), statement, key(t, "ci"))
	must(t, err)
	r, err := signoff.ReadRegistration("r", []byte(line(t, e)))
	must(t, err)
	declared := func(edit func(*results.Run)) signoff.Declared {
		other := run
		load := *run.Load
		other.Load, other.Fixes = &load, []results.Fix{run.Fixes[0]}
		edit(&other)
		d, err := signoff.DeclaredBy(other, r.Declared.Plan)
		must(t, err)
		return d
	}
	measured := func(o *results.Run) {
		o.Load.Value, o.Scenario = 5, []byte(`{"margin":0.1,"workload":{"series":5,"keys":2}}`)
	}
	if errs := r.Differs(declared(measured)); len(errs) > 0 {
		t.Errorf("a load that is measured: %v", errs)
	}
	for _, c := range []struct {
		edit func(*results.Run)
		kind attest.Kind
		want string
	}{
		{func(o *results.Run) { o.PlanDigest = "x" }, signoff.OtherPlan,
			`plan_digest: "" was registered, and the run had "x"`},
		{func(o *results.Run) { o.Load.Given, o.Load.Value = true, 9 }, signoff.OtherLoad,
			"load.value: nothing was registered"},
		{func(o *results.Run) { o.Load.Share = 0.5 }, signoff.OtherLoad,
			"load.share: 0.4 was registered, and the run had 0.5"},
		{func(o *results.Run) { o.Fixes[0].Primary.Name = "p50" }, signoff.OtherPrimary,
			`fixes[a].primary.name: "p99"`},
		{func(o *results.Run) { o.Pairs = 9 }, signoff.OtherCondition, "pairs: 8 was registered, and the run had 9"},
		{func(o *results.Run) { o.Scenario = []byte(`{"margin":0.2,"workload":{"keys":2}}`) }, signoff.OtherCondition,
			"scenario.margin: 0.1"},
		{func(o *results.Run) { o.Scenario = []byte(`{"margin":0.1,"workload":{"keys":3}}`) }, signoff.OtherCondition,
			"scenario.workload.keys: 2"},
	} {
		err := errors.Join(r.Differs(declared(c.edit))...)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v\nwant %s: %s", err, c.kind, c.want)
		}
	}
	d, err := signoff.DeclaredBy(run, "other")
	must(t, err)
	if err := errors.Join(r.Differs(d)...); !errors.Is(err, signoff.OtherPlan) {
		t.Errorf("%v", err)
	}
}

// Several runs are one piece of evidence, and the worst decides.
func TestTheWorstRunDecides(t *testing.T) {
	one := folderOf(t, options{})
	two := folderOf(t, options{fixes: 2, run: func(r *results.Run) { r.ID += ".2" }})
	s, err := signoff.Make(request(t, one, two))
	must(t, err)
	if s.Evidence.Result != gate.Pass || len(s.Evidence.Runs) != 2 || len(s.Registrations) != 2 {
		t.Errorf("%+v", s.Evidence.Result)
	}
	var page bytes.Buffer
	must(t, signoff.Page(&page, s.Evidence, s.About, []string{"0a"}, "aftershock verify"))
	for _, want := range []string{"every rule of the policy holds", "20260301T020304Z-leader-churn-7.2", "improved"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
