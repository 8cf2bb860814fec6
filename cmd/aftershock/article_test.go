package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/claims"
	"aftershock/scenarios/fixes"
)

// short are two claims that are settled in seconds: one by a run of the instrument, and one by a test.
func short() []claims.Claim {
	return []claims.Claim{
		{Name: "slower", Chapter: "1", Says: "half as long again is slower", Article: "+50 %", Rule: claims.Refuted, Truth: "It is.",
			Fixes: []claims.Evidence{{Fix: "control", Scenario: "testdata/free.yaml"}}},
		{Name: "settled", Chapter: "2", Says: "a test has settled this", Article: claims.NoFigure, Tests: []string{"TestX"}, Settled: claims.Fails,
			Truth: "It was."},
	}
}

// settled runs short the way in which run article runs the article's claims.
func settled(t *testing.T, asJSON bool) (folder, stdout, stderr string) {
	t.Helper()
	out := t.TempDir()
	f := runFlags{seed: 3, quick: true, out: out, calibration: t.TempDir(), json: asJSON, changed: func(string) bool { return false }}
	var results, progress bytes.Buffer
	if err := f.settle(context.Background(), short(), fixes.Registry(), &results, &progress); err != nil {
		t.Fatalf("%v: %s", err, &progress)
	}
	return onlyFolder(t, out), results.String(), progress.String()
}

func TestClaimsAreSettledAndComputedAgain(t *testing.T) {
	folder, table, progress := settled(t, false)
	for _, want := range []string{"RUN  SCENARIO", "control", "1 run, 0 of them finished; the rest takes about",
		"run 1/1: testdata/free.yaml, 3 pairs of control"} {
		if !strings.Contains(progress, want) {
			t.Errorf("the plan and progress lack %q:\n%s", want, progress)
		}
	}
	for _, want := range []string{
		"CLAIM", "half as long again is slower", "+50 %", "build P50 (steady)", "undecided", "a test has settled this",
		"does not hold", "go1.", "etcd 3.", "GOMAXPROCS", "results: " + folder, "again:   aftershock run article --seed 3 --quick",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	code, again, stderr := aftershock("compare", folder)
	if code != exitOK || again != table {
		t.Errorf("compare prints another table: exit %d, %s\n%s", code, stderr, again)
	}
	page, err := os.ReadFile(filepath.Join(folder, claims.PageFile))
	if err != nil || !strings.HasPrefix(string(page), "# An article about etcd, contexts and Go maps, claim by claim\n") {
		t.Errorf("%v: %s", err, page)
	}
	file := filepath.Join(t.TempDir(), "article.md")
	if code, out, stderr := aftershock("report", folder, "--format", "md", "--out", file); code != exitOK || out != "" {
		t.Errorf("exit %d: %s%s", code, out, stderr)
	}
	if written, err := os.ReadFile(file); err != nil || !bytes.Equal(written, page) {
		t.Errorf("report writes another page: %v", err)
	}
	run := onlyFolder(t, onlyFolder(t, filepath.Join(folder, claims.RunsDir)))
	for _, name := range []string{results.SummaryFile, "summary.md"} {
		if _, err := os.Stat(filepath.Join(run, name)); err != nil {
			t.Error(err)
		}
	}
	if code, text, stderr := aftershock("compare", run); code != exitOK || !strings.Contains(text, "control") {
		t.Errorf("the run by itself: exit %d, %s", code, stderr)
	}
	if code, _, stderr := aftershock("run", "--resume", folder); code != exitUsage ||
		!strings.Contains(stderr, "is complete: there is nothing to") {
		t.Errorf("a whole one: exit %d, %s", code, stderr)
	}
	for args, want := range map[string]string{
		"report " + folder + " --format mdd":                         `did you mean "md"?`,
		"report " + folder + " --format junit":                       `unknown format of claims "junit"`,
		"report " + folder + " --policy release":                     "--policy is for a run",
		"run --resume " + folder + " --seed 4":                       "--seed cannot be given with --resume",
		"run --resume " + folder + " --endpoints http://127.0.0.1:1": "--endpoints is for an external cluster",
	} {
		if code, _, stderr := aftershock(strings.Fields(args)...); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d, want %q: %s", args, code, want, stderr)
		}
	}
}

func TestClaimsAsJSON(t *testing.T) {
	folder, text, _ := settled(t, true)
	_, again, _ := aftershock("compare", folder, "--json")
	_, report, _ := aftershock("report", folder, "--format", "json")
	for name, text := range map[string]string{"run": text, "compare": again, "report": report} {
		var table claims.Table
		if err := json.Unmarshal([]byte(text), &table); err != nil || len(table.Rows) != 2 || table.Rows[1].Verdict != claims.Fails ||
			table.Rows[0].Outcomes[0].Figure == nil || table.Environment.Go == "" {
			t.Errorf("%s: %v: %s", name, err, text)
		}
	}
}

func TestArticleRefusesWhatItsClaimsChoose(t *testing.T) {
	for flag, value := range map[string]string{
		"fix": "null", "pairs": "3", "plan": "x", "cluster": "external", "width": "10%", "max-pairs": "8", "max-time": "1m", "budget": "1h",
		"profile": "true", "endpoints": "http://127.0.0.1:1",
	} {
		code, stdout, stderr := aftershock("run", "article", "--"+flag+"="+value)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, "--"+flag+" cannot be given with article") || !strings.Contains(stderr, "--seed, --quick") {
			t.Errorf("--%s: exit %d: %s%s", flag, code, stdout, stderr)
		}
	}
}
