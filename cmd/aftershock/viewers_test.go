package main

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// What make bench-live says.
var (
	viewersPairs    = flag.Int("viewers-pairs", 1, "how many pairs of runs measure what viewers cost")
	viewersSeed     = flag.Uint64("viewers-seed", 1, "the seed of their order; the first pair's runs have it as well")
	viewersProgram  = flag.String("viewers-program", os.Args[0], "the program that runs")
	viewersScenario = flag.String("viewers-scenario", "testdata/free.yaml", "what it runs, without a cluster")
)

// The crowd that watches a run: one of the viewers never reads, and Prometheus comes each second.
const (
	crowd  = 20
	scrape = time.Second
)

// What viewers cost the run that they watch, in pairs of runs of one seed, in random order: one without --serve, and
// one that a crowd follows. By default it is one short pair, which decides nothing.
func TestWhatViewersCost(t *testing.T) {
	slow.Boots(t)
	var p viewersPaired
	random := rand.New(rand.NewPCG(*viewersSeed, 0))
	for n := range *viewersPairs {
		seed := strconv.FormatUint(*viewersSeed+uint64(n), 10)
		var runs [2]summary.Summary
		first := random.IntN(2)
		runs[first] = runAlone(t, seed, first == 1)
		runs[1-first] = runAlone(t, seed, first == 0)
		p.add(t, runs[0], runs[1])
	}
	text, err := p.table()
	mustDo(t, err)
	if p.pairs+p.lost != *viewersPairs || !strings.Contains(text, "| P99 | ") {
		t.Errorf("of %d pairs:\n%s", *viewersPairs, text)
	}
	fmt.Print(text)
}

// runAlone runs the workload once, watched by a crowd or not at all.
func runAlone(t *testing.T, seed string, watched bool) summary.Summary {
	t.Helper()
	out := t.TempDir()
	args := []string{"run", *viewersScenario, "--fix", "null-steady", "--seed", seed, "--out", out, "--name", "run",
		"--progress", "none", "--wait", "10m"}
	var code int
	var said string
	if watched {
		s := startServed(t, *viewersProgram, t.TempDir(), args...)
		err := watchBy(s.base)
		if code, said = s.end(t); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
	} else {
		cmd := exec.Command(*viewersProgram, args...)
		cmd.Env = append(os.Environ(), asProgram+"="+t.TempDir())
		text, _ := cmd.CombinedOutput()
		code, said = cmd.ProcessState.ExitCode(), string(text)
	}
	s, err := summary.Compute(filepath.Join(out, "run"))
	if code != exitOK || err != nil {
		t.Fatalf("exit %d, %v: %s", code, err, said)
	}
	return s
}

// viewersPaired are pairs of runs, figure by figure: first those without viewers.
type viewersPaired struct {
	pairs, lost int
	others      float64 // sum of the shares of the machine that other processes had
	on          results.Environment
	values      [3][2][]float64
}

// figuresOfCost are what is compared, and by how much it may change.
var figuresOfCost = [3]struct {
	name, unit  string
	margin      float64
	nonInferior bool
	of          []results.Metric // they are added
}{
	{"CPU of the worker", "s", 0.02, false, []results.Metric{{Name: "cpu_workload"}, {Name: "cpu_generator"}}},
	{"build P50", "ns", 0.02, false, []results.Metric{{Name: "build_p50", Phase: results.Steady}}},
	{"P99", "ns", 0.1, true, []results.Metric{{Name: "p99", Phase: results.Steady}}},
}

// add takes a pair. It is lost where a run could not be judged, whatever its figures were.
func (p *viewersPaired) add(t *testing.T, off, on summary.Summary) {
	t.Helper()
	var values [3][2]float64
	for i, f := range figuresOfCost {
		for k, s := range []summary.Summary{off, on} {
			var ok bool
			if values[i][k], ok = figureOf(s.Fixes[0], f.of); !ok {
				t.Logf("seed %d is lost: %+v", s.Run.Seed, s.Fixes[0].Pairs)
				p.lost++
				return
			}
		}
	}
	var words []string
	for i, f := range figuresOfCost {
		for k := range values[i] {
			p.values[i][k] = append(p.values[i][k], values[i][k])
		}
		words = append(words, fmt.Sprintf("%s %s -> %s", f.name, units.Format(values[i][0], f.unit),
			units.Format(values[i][1], f.unit)))
	}
	t.Logf("seed %d: %s", off.Run.Seed, strings.Join(words, ", "))
	p.pairs, p.on = p.pairs+1, off.Run.Environment
	p.others += (off.Noise.Others() + on.Noise.Others()) / 2
}

// figureOf is a figure of a run's trials, each of which has the sum of some metrics: their geometric mean, because runs
// are compared by their ratio. One burst of another process in one trial is most of an arithmetic mean.
func figureOf(f summary.Fix, of []results.Metric) (v float64, ok bool) {
	sums := make([]float64, 2*f.Pairs.Valid)
	for _, m := range of {
		row, ok := f.Row(m)
		values := slices.Concat(row.Before.Values, row.After.Values)
		if !ok || len(values) != len(sums) || len(values) == 0 {
			return 0, false
		}
		for i, v := range values {
			sums[i] += v
		}
	}
	logs := 0.0
	for _, v := range sums {
		logs += math.Log(v)
	}
	return math.Exp(logs / float64(len(sums))), true
}

// table is the pairs as Markdown.
func (p *viewersPaired) table() (string, error) {
	var text strings.Builder
	fmt.Fprintf(&text, "%s, %d lost, seed %d; %s of %s, Linux %s, %s, aftershock %s; others used %.0f %%\n\n",
		units.Count(p.pairs, "pair"), p.lost, *viewersSeed, p.on.Processors(), p.on.CPU, p.on.Kernel, p.on.Go,
		p.on.Aftershock, 100*p.others/float64(max(1, p.pairs)))
	fmt.Fprintf(&text, "| figure | not served | %d viewers | change [95 %%] | [90 %%] | asked | shown |\n%s\n", crowd,
		"|---|---|---|---|---|---|---|")
	for i, f := range figuresOfCost {
		off, on := p.values[i][0], p.values[i][1]
		c, err := stat.Compare(off, on, stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: f.margin})
		if err != nil {
			return "", err
		}
		asked, shown := "within %.0f %%", c.Verdict == stat.NoDifference
		if f.nonInferior {
			asked, shown = "at most %.0f %% more", stat.NonInferior(c, f.margin)
		}
		before, _ := stat.Median(off)
		after, _ := stat.Median(on)
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %s | %s | %s |\n", f.name, units.Format(before, f.unit),
			units.Format(after, f.unit), interval(c.At95), interval(c.At90), fmt.Sprintf(asked, 100*f.margin),
			map[bool]string{true: "yes", false: "no"}[shown])
	}
	return text.String(), nil
}

// interval prints an estimate on the scale of ratios.
func interval(e stat.Estimate) string {
	if !e.HasInterval() {
		return "-"
	}
	return units.Interval(math.Expm1(e.Value), math.Expm1(e.Low), math.Expm1(e.High), "", true)
}

// A P99 of 100 us in one trial, and of 10 ms in the other, is 1 ms: as much above the one as below the other. CPU time
// is added before. A run of which a trial could not be judged has no figure.
func TestAFigureOfARun(t *testing.T) {
	row := func(m results.Metric, before, after float64) summary.Row {
		return summary.Row{
			Metric: m, Before: summary.Side{Values: []float64{before}}, After: summary.Side{Values: []float64{after}},
		}
	}
	cpu, p99 := figuresOfCost[0].of, figuresOfCost[2].of
	f := summary.Fix{Rows: []summary.Row{row(cpu[0], 3, 8), row(cpu[1], 1, 1), row(p99[0], 1e5, 1e7)}}
	f.Pairs.Valid = 1
	if v, ok := figureOf(f, p99); !ok || math.Abs(v-1e6) > 1 {
		t.Errorf("P99 is %v, %v", v, ok)
	}
	if v, ok := figureOf(f, cpu); !ok || math.Abs(v-6) > 1e-9 {
		t.Errorf("CPU is %v, %v", v, ok)
	}
	f.Rows[2].After.Values = nil
	if v, ok := figureOf(f, p99); ok {
		t.Errorf("of one trial it is %v", v)
	}
}

// What is shown follows from the intervals: 3 % more CPU is not within 2 %, and 4 % more P99 is less than 10 % more.
func TestWhatIsShownOfViewers(t *testing.T) {
	var p viewersPaired
	for n := range 8 {
		v := 1 + float64(n)/1000
		for i, more := range []float64{1.03, 1.001, 1.04} {
			p.values[i][0], p.values[i][1] = append(p.values[i][0], v), append(p.values[i][1], v*more)
		}
	}
	text, err := p.table()
	mustDo(t, err)
	for _, want := range []string{
		"| +3.0 % [+3.0, +3.0] | +3.0 % [+3.0, +3.0] | within 2 % | no |", "| within 2 % | yes |",
		"| at most 10 % more | yes |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
