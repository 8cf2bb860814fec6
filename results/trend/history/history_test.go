package history_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/trend"
	"aftershock/results/trend/history"
)

var began = time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)

// night is one of so many figures.
func night(rng *rand.Rand, day, figures int) trend.Night {
	r := trend.Run{
		ID: fmt.Sprintf("night-%d", day), Scenario: "leader-churn", Seed: 1, Pairs: 12, PlanDigest: "plan",
		Bucket: "0123456789ab", Baseline: "v1.0.0", Candidate: fmt.Sprintf("commit%d", day),
		Command: "aftershock run leader-churn",
	}
	for i := range figures {
		f := trend.Figure{
			Fix: fmt.Sprintf("fix-%d", i), Metric: results.Metric{Name: "p99", Phase: "steady"}, Primary: true,
			Unit: "ns", Scale: stat.Ratio, Better: stat.Lower, Margin: 0.05,
		}
		for pair := range r.Pairs {
			before := 1e6 * math.Exp(0.05*rng.NormFloat64())
			f.Pairs, f.Before = append(f.Pairs, pair+1), append(f.Before, before)
			f.After = append(f.After, before*math.Exp(0.05*rng.NormFloat64()))
		}
		if err := f.Compare(); err != nil {
			panic(err)
		}
		r.Figures = append(r.Figures, f)
	}
	start := began.AddDate(0, 0, day)
	return trend.Night{
		Schema: trend.Schema, Job: "collector", Started: start, Ended: start.Add(time.Hour),
		Policy:      trend.Policy{Margin: 0.05, Finds: 0.1, Digest: "0123"},
		Environment: results.Environment{CPU: "a processor", Cores: 2, Kernel: "6.1", Go: "go1.26.8", Etcd: "3.7.3"},
		Runs:        []trend.Run{r},
	}
}

func add(t testing.TB, dir string, n trend.Night) string {
	t.Helper()
	path, err := history.Add(dir, n)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t testing.TB, dir string) (trend.History, []error) {
	t.Helper()
	h, problems, err := history.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return h, problems
}

func TestNightsAreAddedOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "history")
	rng := rand.New(rand.NewPCG(1, 1))
	first := night(rng, 0, 1)
	one := add(t, dir, first)
	two := add(t, dir, night(rng, 1, 1))
	h, problems := load(t, dir)
	if len(h.Nights) != 2 || len(problems) != 0 || h.Nights[0].Night.Previous != "" ||
		h.Nights[1].Night.Previous != filepath.Base(one) || h.Nights[1].File != filepath.Base(two) {
		t.Fatalf("%v %+v", problems, h)
	}
}

func TestAFileIsNeverOverwritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "history")
	path, err := history.Decide(dir, decision())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := history.Decide(dir, decision()); err == nil || !strings.Contains(err.Error(), "file exists") {
		t.Errorf("a file was written over another: %v", err)
	}
	got, err := os.ReadFile(path)
	left, _ := os.ReadDir(filepath.Dir(path))
	if string(got) != "mine" || err != nil || len(left) != 1 {
		t.Errorf("%q, %v, beside %v", got, err, left)
	}
}

func decision() trend.Decision {
	return trend.Decision{
		Schema: trend.Schema, At: began, Alarm: "0123abcd", State: trend.Acknowledged, Reason: "known",
		Expires: began.AddDate(0, 0, 7),
	}
}

func TestWhatCannotBeReadHidesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "history")
	rng := rand.New(rand.NewPCG(1, 1))
	whole := add(t, dir, night(rng, 0, 1))
	cut := add(t, dir, night(rng, 1, 1))
	data, err := os.ReadFile(cut)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(whole)
	for name, data := range map[string][]byte{
		filepath.Base(cut): data[:len(data)/2], "README.md": []byte("ours\n"), ".gitkeep": nil,
		"." + filepath.Base(cut) + ".123": data[:10],
	} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "old"), 0o755); err != nil {
		t.Fatal(err)
	}
	h, problems := load(t, dir)
	if len(h.Nights) != 1 || h.Nights[0].File != filepath.Base(whole) || len(problems) != 3 {
		t.Fatalf("%d nights, %q", len(h.Nights), problems)
	}
	for i, want := range []string{"/old: is a folder", filepath.Base(cut) + ":", "README.md:1:1: not JSON"} {
		if !strings.Contains(problems[i].Error(), want) {
			t.Errorf("%v, want %s", problems[i], want)
		}
	}
	if _, _, err := history.Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is not a history") {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestWritersBesideEachOther(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "history")
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() { add(t, dir, night(rand.New(rand.NewPCG(uint64(i), 1)), i, 1)) })
	}
	group.Wait()
	if h, problems := load(t, dir); len(h.Nights) != 8 || len(problems) != 0 {
		t.Errorf("%d nights, %v", len(h.Nights), problems)
	}
}

// BenchmarkLoad reads ten years of nights, each with four figures of twelve pairs.
func BenchmarkLoad(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "history")
	rng := rand.New(rand.NewPCG(1, 1))
	if err := os.MkdirAll(filepath.Join(dir, history.Nights), 0o755); err != nil {
		b.Fatal(err)
	}
	for day := range 3650 {
		name, data, err := night(rng, day, 4).Text()
		if err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, history.Nights, name), data, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if h, problems := load(b, dir); len(h.Nights) != 3650 || len(problems) != 0 {
			b.Fatal(len(h.Nights), problems)
		}
	}
}
