package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/summary"
)

// A program of a scenario's own is given the links of the plan's clients alone, and every verb that compares arms
// refuses what the run leaves.
func TestOutageOfATarget(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	code, stdout, stderr := apart(t, nil, "outage", targetFile(t, "serves", "exits"), "--trials", "1", "--out", out)
	folder := onlyFolder(t, out)
	noneLeft(t, folder)
	for _, want := range []string{
		"partition-leader  1", "one endpoint ", "every endpoint ", "over 1 trial, seed 1", "results: " + folder,
		"Under partition-leader your clients cannot write for ", " if they know one endpoint.", " --trials 1 --seed 1",
	} {
		if code != exitOK || !strings.Contains(stdout, want) {
			t.Errorf("exit %d, and %q is not in\n%s%s", code, want, stdout, stderr)
		}
	}
	trials, err := filepath.Glob(filepath.Join(folder, results.TrialsDir, "*", "*", "target.log"))
	if err != nil || len(trials) != 1 {
		t.Fatalf("%v, %v", trials, err)
	}
	said, err := os.ReadFile(trials[0])
	if err != nil || strings.Count(string(said), "https://") != 2 {
		t.Errorf("its endpoints: %s, %v", said, err)
	}
	if code, again, stderr := aftershock("outage", folder); code != exitOK || again != stdout {
		t.Errorf("exit %d, computed again:\n%s%s", code, again, stderr)
	}
	code, text, stderr := aftershock("outage", folder, "--json")
	if u := unarmed(t, text); code != exitOK || u.Trials != 1 || len(u.Outages) == 0 || len(u.Outages[0].Links) == 0 ||
		len(u.Run.Endpoints) != 3 {
		t.Errorf("exit %d, read %+v from\n%s%s", code, u, text, stderr)
	}
	for _, args := range [][]string{
		{"compare", folder}, {"compare", folder, folder}, {"report", folder}, {"gate", folder, "--policy", "release"},
	} {
		code, stdout, stderr := aftershock(args...)
		want := folder + " is a run of outages alone, which has no arms to compare: aftershock outage " + folder
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit %d: %s%s", args, code, stdout, stderr)
		}
	}
	if code, _, stderr := aftershock("run", "--resume", folder); code != exitUsage ||
		!strings.Contains(stderr, "start aftershock outage anew") && !strings.Contains(stderr, "is complete") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// A cluster that is already running is asked through each of its endpoints, suffers what is allowed, and stays.
func TestOutageOfAnExternalCluster(t *testing.T) {
	slow.Boots(t)
	theirs := theirCluster(t, 3)
	out := t.TempDir()
	args := external(theirs, "testdata/theirs-slowed.yaml", out, "--trials", "1", "--json")
	args[0] = "outage"
	code, stdout, stderr := aftershock(args...)
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, "has to be allowed: --allow-fault link-latency") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	code, stdout, stderr = apart(t, nil, append(args, "--allow-fault", "link-latency")...)
	u := unarmed(t, stdout)
	if code != exitOK || u.Run.Cluster != results.External || len(u.Invalid) > 0 || len(u.Outages) != 1 {
		t.Fatalf("exit %d: %+v, %s", code, u, stderr)
	}
	if o := u.Outages[0]; o.Fault != "link-latency" || o.Effective.N != 1 || o.Recovered.N != 1 || len(o.Links) != 3 {
		t.Errorf("%+v", o)
	}
	again := u.Run.Command.String()
	for _, want := range append(args[5:7:7], "--allow-fault link-latency", "--trials 1") {
		if !strings.Contains(again, want) {
			t.Errorf("%q is not in %s", want, again)
		}
	}
	if left := keysOf(t, owner(t, theirs, "")); len(left) != 0 {
		t.Errorf("it left %q", left)
	}
	checkAlive(t, theirs)
}

// unarmed reads what outage --json prints, which has no field that its schema does not name.
func unarmed(t *testing.T, text string) (u summary.Unarmed) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&u); err != nil || u.Schema != summary.OutagesSchema {
		t.Fatalf("%v: %s", err, text)
	}
	return u
}

func TestOutageRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "outage takes a scenario, or the folder of a run of outages, got 0 arguments"},
		{"leader-chrun", `did you mean "leader-churn"?`},
		{"leader-churn --trials 0", "--trials is 0 (allowed: 1 to 100)"},
		{"kv-put --load 5", "--load is 5, and the load of scenario kv-put is fixed"},
		{"calm", `scenario "calm" has no faults, and so no outage`},
		{"testdata/free.yaml", `scenario "free" has no cluster, and so no outage of one`},
		{"testdata", "testdata is not a run's folder: it has no run.json"},
		{"testdata --cluster external", "--cluster is for a scenario, and testdata is a folder"},
		{"leader-churn --endpoints http://127.0.0.1:1", "it goes with --cluster external"},
		{"leader-churn --cluster external --endpoints http://127.0.0.1:1", "line 36 of the scenario, event e2 of pair 1, " +
			"fault partition-leader: members of an external cluster cannot"},
		{"leader-churn --cluster nowhere", `unknown runtime "nowhere"`},
		{"testdata --seed 2", "--seed is for a scenario, and testdata is a folder"},
	} {
		code, stdout, stderr := aftershock(append([]string{"outage"}, strings.Fields(c.args)...)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d, want %q: %s%s", c.args, code, c.want, stdout, stderr)
		}
	}
}
