package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/trend"
	"aftershock/results/trend/history"
)

// pastNights writes a history whose last nights regressed, and gives its folder.
func pastNights(t *testing.T, quiet, worse int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "history")
	rng := rand.New(rand.NewPCG(1, 1))
	start := time.Now().UTC().Truncate(time.Second).AddDate(0, 0, -quiet-worse)
	for day := range quiet + worse {
		level := 0.0
		if day >= quiet {
			level = math.Log(1.1)
		}
		n := trend.Night{
			Schema: trend.Schema, Job: "collector", Started: start.AddDate(0, 0, day),
			Ended:  start.AddDate(0, 0, day).Add(time.Hour),
			Policy: trend.Policy{Margin: 0.05, Finds: 0.1, Digest: "0123"},
		}
		for again := range 2 {
			n.Runs = append(n.Runs, pastRun(rng, day, level))
			n.Runs[again].Confirms = again == 1
		}
		if _, err := history.Add(dir, n); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func pastRun(rng *rand.Rand, day int, level float64) trend.Run {
	f := trend.Figure{
		Fix: "target", Metric: results.Metric{Name: "p99", Phase: "steady"}, Primary: true, Unit: "ns",
		Scale: stat.Ratio, Better: stat.Lower, Margin: 0.05,
	}
	for pair := range 12 {
		before := 1e6 * math.Exp(0.02*rng.NormFloat64())
		f.Pairs, f.Before = append(f.Pairs, pair+1), append(f.Before, before)
		f.After = append(f.After, before*math.Exp(level+0.02*rng.NormFloat64()))
	}
	if err := f.Compare(); err != nil {
		panic(err)
	}
	return trend.Run{
		ID: "night", Scenario: "leader-churn", Seed: 1, Pairs: 12, PlanDigest: "plan", Bucket: "0123456789ab",
		Baseline: "v1.0.0", Candidate: fmt.Sprintf("commit%d", day), Command: "aftershock run leader-churn",
		Figures: []trend.Figure{f},
	}
}

func TestTrendShowsAHistory(t *testing.T) {
	dir := pastNights(t, 14, 4)
	for format, want := range map[string]string{
		"terminal": "after commit13 and up to commit14", "md": "**alarm ", "html": "<svg",
		"json": `"outcome": "regressed"`,
	} {
		code, stdout, stderr := aftershock("trend", dir, "--format", format)
		if code != exitOK || !strings.Contains(stdout, want) || stderr != "" {
			t.Errorf("%s: exit %d, %s\n%s", format, code, stderr, stdout)
		}
	}
}

func TestAnAlarmIsAcknowledgedAndFixed(t *testing.T) {
	dir := pastNights(t, 4, 2)
	_, stdout, _ := aftershock("trend", dir)
	_, rest, _ := strings.Cut(stdout, "! alarm ")
	id, _, _ := strings.Cut(rest, ",")
	code, stdout, stderr := aftershock("trend", "ack", dir, id, "--reason", "known", "--for", "1h")
	if code != exitOK || !strings.HasPrefix(stdout, "alarm "+id+" is acknowledged: ") {
		t.Fatalf("exit %d, %s%s", code, stdout, stderr)
	}
	if _, stdout, _ = aftershock("trend", dir); !strings.Contains(stdout, "! alarm "+id+", acknowledged: ") ||
		!strings.Contains(stdout, "(known)") {
		t.Errorf("acknowledged:\n%s", stdout)
	}
	if code, _, stderr = aftershock("trend", "fixed", dir, id, "--reason", "wanted"); code != exitOK {
		t.Errorf("fixed: exit %d, %s", code, stderr)
	}
	if _, stdout, _ = aftershock("trend", dir); strings.Contains(stdout, "! alarm") {
		t.Errorf("fixed:\n%s", stdout)
	}
}

func TestTrendRefuses(t *testing.T) {
	dir := pastNights(t, 1, 1)
	_, stdout, _ := aftershock("trend", dir)
	_, rest, _ := strings.Cut(stdout, "! alarm ")
	id, _, _ := strings.Cut(rest, ",")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"trend"}, "takes a history's folder, got 0 arguments"},
		{[]string{"trend", t.TempDir()}, "is not a history"},
		{[]string{"trend", dir, "--format", "htm"}, `unknown format "htm"; did you mean "html"?`},
		{[]string{"trend", "ack", dir, id}, "--reason is missing"},
		{[]string{"trend", "ack", dir, id, "--reason", "x", "--for", "0s"}, "--for is 0s"},
		{[]string{"trend", "ack", dir, "0" + id[1:] + "0", "--reason", "x"}, "(allowed: " + id + ")"},
		{[]string{"trend", "fixed", dir, "--reason", "x"}, "takes a history's folder and an alarm, got 1 arguments"},
	} {
		if code, _, stderr := aftershock(c.args...); code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: exit %d, %s", c.args, code, stderr)
		}
	}
}

func TestADamagedHistoryIsShownAndNamed(t *testing.T) {
	dir := pastNights(t, 2, 0)
	if err := os.WriteFile(filepath.Join(dir, history.Nights, "20260301T020000Z-0123456789ab.json"), []byte(`{"sch`),
		0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := aftershock("trend", dir)
	if code != exitNoVerdict || !strings.Contains(stdout, "2 nights") ||
		!strings.Contains(stderr, "0123456789ab.json:1:6: the file is truncated") {
		t.Errorf("exit %d\n%s\n%s", code, stdout, stderr)
	}
}
