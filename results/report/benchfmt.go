package report

import (
	"fmt"
	"io"
	"math"
	"net/url"
	"strings"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"

	"golang.org/x/perf/benchfmt"
)

// benchmarks writes Go benchmark text, a line for each trial that a pair's comparison rests on:
//
//	benchstat -col '/arm@(before after)' bench.txt
//	benchstat old/bench.txt new/bench.txt
//
// A key is what figures must not be compared across, because benchstat gives each value of one a table of its own: run,
// seed, commit and pair are in comments. A name ends with GOMAXPROCS as those of the testing package do, for benchstat takes
// what looks like that from the end of a name: arm=pr-12 would become pr.
//
// A unit is a metric, its phase and what it is measured in, such as p99-trigger-sec/op, so that benchstat gives each a
// table. Times are in seconds: a 0 in ns would not be converted and land in a table of its own. A metric that reached
// the operation time-out or the trial's end cut off has no line, and neither has a value that is not finite.
// benchstat takes arms for unpaired, and its p-values are therefore not the summary's.
//
// https://go.dev/design/14313-benchmark-format, https://pkg.go.dev/golang.org/x/perf/benchfmt
func benchmarks(w io.Writer, in Input) error {
	if err := benchComments(w, in.Summary.Run); err != nil {
		return err
	}
	out := benchfmt.NewWriter(w)
	for _, unit := range benchUnits(in.Summary) {
		if err := out.Write(unit); err != nil {
			return err
		}
	}
	run := in.Summary.Run
	for _, f := range in.Summary.Fixes {
		for _, t := range benchTrials(f) {
			if len(t.values) == 0 {
				continue
			}
			if _, err := fmt.Fprintf(w, "# pair %d\n", t.pair); err != nil {
				return err
			}
			if err := out.Write(t.result(f.Name, run)); err != nil {
				return err
			}
		}
	}
	return nil
}

// benchComments say what the file is about and how to read it, in lines that benchstat skips.
func benchComments(w io.Writer, run results.Run) error {
	_, err := fmt.Fprintf(w, "# aftershock run %s, seed %d, commit %s\n# read it with: %s\n# beside another run: %s\n",
		plain(run.ID), run.Seed, plain(run.Environment.Commit), benchstatArms, "benchstat old/bench.txt new/bench.txt")
	return err
}

// benchstatArms is how benchstat shows the arms of a run side by side.
const benchstatArms = "benchstat -col '/arm@(before after)' bench.txt"

// benchUnits says of each unit which direction is the good one.
func benchUnits(s summary.Summary) (all []*benchfmt.UnitMetadata) {
	seen := map[string]bool{}
	for _, f := range s.Fixes {
		for _, r := range f.Rows {
			unit, _ := benchUnit(r)
			if !benchable(r) || seen[unit] || r.Better != stat.Lower && r.Better != stat.Higher {
				continue
			}
			seen[unit] = true
			all = append(all, &benchfmt.UnitMetadata{
				UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: unit, Key: "better"}, OrigUnit: unit, Value: string(r.Better),
			})
		}
	}
	return all
}

// benchUnit names a row's unit for benchstat, and says how many of the row's own units make one of it.
func benchUnit(r summary.Row) (unit string, per float64) {
	var measure string
	per = 1
	switch r.Unit {
	case "ns":
		measure, per = "sec/op", 1e9
	case "s":
		measure = "sec/trial"
	case "1/s":
		measure = "op/s"
	case "share":
		measure = "share"
	default:
		measure = word(r.Unit) + "/trial"
	}
	if r.Phase == "" {
		return word(r.Name) + "-" + measure, per
	}
	return word(r.Name) + "-" + word(r.Phase) + "-" + measure, per
}

// word makes a name one part of a unit: a blank would end the unit, and a slash or dash the part.
func word(s string) string { return strings.ReplaceAll(url.PathEscape(s), "-", "_") }

// benchable tells whether a row's values may be compared and are known for each pair.
func benchable(r summary.Row) bool {
	n := len(r.Before.Values)
	return n > 0 && n == len(r.After.Values) && n == len(r.Before.Pairs) && n == len(r.After.Pairs) &&
		r.Before.Bounded()+r.After.Bounded() == 0
}

// benchTrial is a line.
type benchTrial struct {
	pair   int
	arm    results.Arm
	values []benchfmt.Value
}

// benchTrials collects the values of all metrics for each trial, in the order in which pairs were run.
func benchTrials(f summary.Fix) (all []*benchTrial) {
	type key struct {
		pair int
		arm  results.Arm
	}
	trials := map[key]*benchTrial{}
	add := func(r summary.Row, i int, arm results.Arm, s summary.Side) {
		k := key{s.Pairs[i], arm}
		if trials[k] == nil {
			trials[k] = &benchTrial{pair: k.pair, arm: arm}
			all = append(all, trials[k])
		}
		unit, per := benchUnit(r)
		if v := s.Values[i] / per; !math.IsNaN(v) && !math.IsInf(v, 0) {
			trials[k].values = append(trials[k].values, benchfmt.Value{Value: v, Unit: unit})
		}
	}
	for _, r := range f.Rows {
		if !benchable(r) {
			continue
		}
		for i := range r.Before.Values {
			add(r, i, results.Before, r.Before)
			add(r, i, results.After, r.After)
		}
	}
	return all
}

// result is one trial as benchmark text has it: one iteration, because the trial is the unit.
func (t *benchTrial) result(fix string, run results.Run) *benchfmt.Result {
	return &benchfmt.Result{
		Config: benchHead(run),
		Name: benchfmt.Name(fmt.Sprintf("Load/fix=%s/arm=%s-%d", url.PathEscape(fix), url.PathEscape(string(t.arm)),
			max(1, run.Environment.GOMAXPROCS))),
		Iters:  1,
		Values: t.values,
	}
}

// benchHead says where the figures come from. Keys are lower case: benchstat skips others silently.
func benchHead(run results.Run) (head []benchfmt.Config) {
	e := run.Environment
	for _, c := range []struct{ key, value string }{
		{"goos", "linux"}, {"cpu", e.CPU}, {"scenario", run.Name}, {"go", e.Go}, {"etcd", e.Etcd},
	} {
		if value := strings.TrimSpace(plain(c.value)); value != "" {
			head = append(head, fileConfig(c.key, value))
		}
	}
	return head
}

func fileConfig(key, value string) benchfmt.Config {
	return benchfmt.Config{Key: key, Value: []byte(value), File: true}
}
