package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/faults"
	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/scenarios/fixes"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

// asProgram makes the test binary behave as the program itself, whose machine's lock is in the folder that it names.
const asProgram = "TEST_AS_AFTERSHOCK"

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == cluster.ProgramFile { // etcd itself, as any binary is
		etcdmain.Main(os.Args)
	}
	if as := os.Getenv(asTarget); as != "" {
		os.Exit(targetProgram(as))
	}
	if base := os.Getenv(asCrowd); base != "" {
		os.Exit(beCrowd(base))
	}
	harness.Child(fixes.Registry())
	// These tests share their machine with others.
	harness.MostLate, harness.Disturbed = 2*time.Second, 1
	harness.LookFor, harness.BlockPatience = 200*time.Millisecond, 0
	hurried = time.Minute
	if folder := os.Getenv(asProgram); folder != "" {
		harness.LockFolders = []string{folder}
		main()
	}
	os.Exit(runAll(m))
}

// shared is a folder that all tests share, until the last has ended.
var shared string

// runAll runs all tests. Runs in this process exclude each other, and no other process's.
func runAll(m *testing.M) int {
	var err error
	if shared, err = os.MkdirTemp("", "aftershock-test-"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(shared)
	harness.LockFolders = []string{shared}
	return m.Run()
}

func aftershock(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = execute(context.Background(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestUsageErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"command": {[]string{"rnu"}, []string{`unknown command "rnu"`, `did you mean "run"?`}},
		"scenario": {[]string{"run", "leader-chrun"},
			[]string{`unknown scenario "leader-chrun"`, `did you mean "leader-churn"?`}},
		"scenario of plan": {[]string{"plan", "leader"}, []string{`unknown scenario "leader"`, "leader-churn"}},
		"fix": {[]string{"run", "leader-churn", "--fix", "context-isolaton"},
			[]string{`unknown fix "context-isolaton"`, `did you mean "context-isolation"?`}},
		"fix twice": {[]string{"run", "leader-churn", "--fix", "null,null"},
			[]string{`fix "null" is named twice`}},
		"flag": {[]string{"run", "leader-churn", "--piars", "3"},
			[]string{`unknown flag "--piars"`, `did you mean "--pairs"?`}},
		"flag's value": {[]string{"run", "leader-churn", "--seed", "x"},
			[]string{`--seed: "x" is not a whole number`}},
		"no scenario":       {[]string{"run"}, []string{"takes a scenario, got 0 arguments", "usage: aftershock run SCENARIO|FILE"}},
		"no pairs":          {[]string{"run", "leader-churn", "--pairs", "0"}, []string{"--pairs is 0 (allowed: 1 to 1000)"}},
		"runtime":           {[]string{"run", "leader-churn", "--cluster", "process"}, []string{`unknown runtime "process"`, `did you mean "processes"?`}},
		"too long":          {[]string{"run", "leader-churn", "--fix", "context-isolation,lock-across-rpc", "--pairs", "40"}, []string{"does not fit its budget", "; pass --pairs ", " or --budget "}},
		"out is a file":     {[]string{"run", "leader-churn", "--out", file}, []string{"--out " + file + ": " + file + " is a regular file, and has to be a folder"}},
		"no plan file":      {[]string{"run", "leader-churn", "--plan", file + ".txt"}, []string{"--plan", "no such file"}},
		"empty plan file":   {[]string{"run", "leader-churn", "--plan", file}, []string{file + ":1:1"}},
		"no scenario file":  {[]string{"run", "./none.yaml"}, []string{"none.yaml", "no such file"}},
		"bad scenario file": {[]string{"run", "testdata/bad.yaml"}, []string{"testdata/bad.yaml:6:12:", "members", "1 to 9", "^"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := aftershock(c.args...)
			if code != exitUsage || stdout != "" {
				t.Errorf("exit %d, stdout %q", code, stdout)
			}
			for _, want := range c.want {
				if !strings.Contains(stderr, want) {
					t.Errorf("stderr lacks %q:\n%s", want, stderr)
				}
			}
		})
	}
}

func TestPlanIsTheSameToTheByte(t *testing.T) {
	_, first, _ := aftershock("plan", "leader-churn", "--seed", "7")
	_, again, _ := aftershock("plan", "leader-churn", "--seed", "7")
	_, other, _ := aftershock("plan", "leader-churn", "--seed", "8")
	if first == "" || first != again {
		t.Error("one seed gave two plans")
	}
	if first == other {
		t.Error("another seed gave the same plan")
	}
	t.Setenv("AFTERSHOCK_SEED", "7")
	if _, environment, _ := aftershock("plan", "leader-churn"); environment != first {
		t.Error("AFTERSHOCK_SEED is not taken for --seed")
	}
	if _, flag, _ := aftershock("plan", "leader-churn", "--seed", "8"); flag != other {
		t.Error("the environment overrides the flag")
	}
}

func TestListNamesEverything(t *testing.T) {
	code, text, _ := aftershock("list")
	_, asJSON, _ := aftershock("list", "--json")
	var l listing
	if err := json.Unmarshal([]byte(asJSON), &l); code != exitOK || err != nil {
		t.Fatalf("exit %d, %v", code, err)
	}
	for _, name := range []string{
		"leader-churn", "context-isolation", "lock-across-rpc", "null", "control", "leader-transfer", "partition-leader", "leader-kill",
	} {
		if !strings.Contains(text, name) || !strings.Contains(asJSON, `"`+name+`"`) {
			t.Errorf("%s is not listed", name)
		}
	}
}

func TestListNamesThePriceOfEveryRepair(t *testing.T) {
	_, text, _ := aftershock("list")
	_, asJSON, _ := aftershock("list", "--json")
	var l listing
	if err := json.Unmarshal([]byte(asJSON), &l); err != nil {
		t.Fatal(err)
	}
	for _, f := range l.Fixes {
		if (f.Claim == "") != (f.Price == "") || (f.Price == "") != (f.PriceSays == "") {
			t.Errorf("%s: the price is %q, %q", f.Name, f.Price, f.PriceSays)
		}
		if line := "price: " + f.Price + ": " + f.PriceSays + "\n"; f.Claim != "" && !strings.Contains(text, line) {
			t.Errorf("%s: the list has no line %q", f.Name, line)
		}
	}
	for _, want := range []string{"price: heap_peak: ", "price: record_goodput (trigger): ", "price: none: "} {
		if !strings.Contains(text, want) {
			t.Errorf("no line with %q", want)
		}
	}
}

func TestVersion(t *testing.T) {
	code, text, _ := aftershock("version")
	if code != exitOK || !strings.Contains(text, "etcd 3.") || !strings.Contains(text, "commit ") {
		t.Errorf("exit %d: %s", code, text)
	}
}

func TestHelpAloneSucceeds(t *testing.T) {
	code, text, _ := aftershock()
	if code != exitOK || !strings.Contains(text, "Exit codes:") {
		t.Errorf("exit %d: %s", code, text)
	}
}

// Authors of scenarios find here the parameters of each fault.
func TestListFaults(t *testing.T) {
	code, text, _ := aftershock("list", "--faults")
	_, asJSON, _ := aftershock("list", "--faults", "--json")
	var all []faultDetail
	if err := json.Unmarshal([]byte(asJSON), &all); err != nil || code != exitOK {
		t.Fatalf("exit %d, %v", code, err)
	}
	for i, f := range faults.All() {
		d := all[i]
		if d.Name != f.Name || d.Says == "" || d.Group == "" || len(d.Params) != len(f.Params) {
			t.Errorf("%s is listed as %+v", f.Name, d)
		}
		for _, p := range d.Params {
			if p.Says == "" || p.Allowed == "" || p.Default == "" || !strings.Contains(text, "with "+p.Name+": "+p.Says) {
				t.Errorf("%s: parameter %+v is not explained", f.Name, p)
			}
		}
		if !strings.Contains(text, "  "+f.Name+": "+f.Summary) {
			t.Errorf("%s is not in the text", f.Name)
		}
		if f.Unavailable != "" && !strings.Contains(text, "unavailable: it needs "+f.Unavailable) {
			t.Errorf("what %s needs is not in the text", f.Name)
		}
	}
}
