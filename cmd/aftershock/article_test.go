package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/scenarios/article/claims"
)

// short are two claims that are settled in seconds: one by a run of the instrument, and one by a test.
func short() []claims.Claim {
	return []claims.Claim{
		{Name: "slower", Chapter: "1", Says: "half as long again is slower", Article: "+50 %", Rule: claims.Refuted,
			Truth: "It is.",
			Fixes: []claims.Evidence{{Fix: "control", Scenario: "testdata/free.yaml"}}},
		{Name: "settled", Chapter: "2", Says: "a test has settled this", Article: claims.NoFigure,
			Tests: []string{"TestX"}, Settled: claims.Fails,
			Truth: "It was."},
	}
}

// settled runs short the way in which article run runs the article's claims.
func settled(t *testing.T, asJSON bool) (folder, stdout, stderr string) {
	t.Helper()
	out := t.TempDir()
	f := articleFlags{seed: 3, quick: true, wait: defaultWait, out: out, calibration: t.TempDir(), json: asJSON,
		changed: func(string) bool { return false }}
	var results, progress bytes.Buffer
	if err := f.settle(context.Background(), short(), &results, &progress); err != nil {
		t.Fatalf("%v: %s", err, &progress)
	}
	return onlyFolder(t, out), results.String(), progress.String()
}

func TestClaimsAreSettledAndComputedAgain(t *testing.T) {
	slow.Boots(t)
	folder, table, progress := settled(t, false)
	for _, want := range []string{"RUN  SCENARIO", "control", "1 run, 0 of them finished; the rest takes about",
		"run 1/1: testdata/free.yaml, 2 pairs of control"} {
		if !strings.Contains(progress, want) {
			t.Errorf("the plan and progress lack %q:\n%s", want, progress)
		}
	}
	for _, want := range []string{
		"CLAIM", "half as long again is slower", "+50 %", "build P50 (steady)", "undecided", "a test has settled this",
		"does not hold", "go1.", "etcd 3.", "GOMAXPROCS", "results: " + folder,
		"again:   aftershock article run --seed 3 --quick",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	code, again, stderr := aftershock("article", "table", folder)
	if code != exitOK || again != table {
		t.Errorf("article table prints another: exit %d, %s\n%s", code, stderr, again)
	}
	page, err := os.ReadFile(filepath.Join(folder, claims.PageFile))
	if err != nil || !strings.HasPrefix(string(page),
		"# An article about etcd, contexts and Go maps, claim by claim\n") {
		t.Errorf("%v: %s", err, page)
	}
	file := filepath.Join(t.TempDir(), "article.md")
	if code, out, stderr := aftershock("article", "page", folder, "--out", file); code != exitOK || out != "" {
		t.Errorf("exit %d: %s%s", code, out, stderr)
	}
	if written, err := os.ReadFile(file); err != nil || !bytes.Equal(written, page) {
		t.Errorf("article page writes another: %v", err)
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
	if code, _, stderr := aftershock("article", "run", "--resume", folder); code != exitUsage ||
		!strings.Contains(stderr, "is complete: there is nothing to") {
		t.Errorf("a whole one: exit %d, %s", code, stderr)
	}
	for args, want := range map[string]string{
		"article run --resume " + folder + " --seed 4":   "--seed cannot be given with --resume",
		"article run --resume " + folder + " --fix null": `unknown flag "--fix"`,
		"article run leader-churn": "article run takes no arguments: what is run follows from " +
			"the claims",
		"article run --resume " + run:            "is not a folder of article run",
		"article tabel " + folder:                `unknown command of article "tabel"; did you mean "table"?`,
		"article table " + folder + " " + folder: "article table takes the folder of article run, got 2",
		"article page " + run:                    "is not a folder of article run",
		"help article tabel":                     `did you mean "table"?`,
		"run article --quick":                    "aftershock article run settles the article's claims",
		"run --resume " + folder:                 "article run --resume " + folder,
		"compare " + folder:                      "article table " + folder,
		"report " + folder:                       "article page " + folder,
		"gate --policy release " + folder:        "article table " + folder,
	} {
		if code, _, stderr := aftershock(strings.Fields(args)...); code != exitUsage ||
			!strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d, want %q: %s", args, code, want, stderr)
		}
	}
}

func TestClaimsAsJSON(t *testing.T) {
	slow.Boots(t)
	folder, text, _ := settled(t, true)
	_, again, _ := aftershock("article", "table", folder, "--json")
	for name, text := range map[string]string{"run": text, "table": again} {
		var table claims.Table
		if err := json.Unmarshal([]byte(text), &table); err != nil || len(table.Rows) != 2 ||
			table.Rows[1].Verdict != claims.Fails ||
			table.Rows[0].Outcomes[0].Figure == nil || table.Environment.Go == "" {
			t.Errorf("%s: %v: %s", name, err, text)
		}
	}
}
