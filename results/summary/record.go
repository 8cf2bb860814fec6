package summary

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"

	"aftershock/results"
)

// recorded are the figures of a recording: in calm and under the trigger, with and without waiting, and of building
// alone.
func recorded() (all []results.Metric) {
	for _, phase := range []string{results.Steady, results.UnderTrigger} {
		for _, name := range []string{"p50", "p99", "service_p99", "build_p50"} {
			all = append(all, results.Metric{Name: name, Phase: phase})
		}
	}
	return all
}

// Record writes every attempt of a run, judged or not, in the format of results/stat/testdata/noisy: what others took
// of the machine in each trial, and what the trial measured. It shows whether the score is worth choosing by. It
// reads the run's folder; its errors are those of Compute, a *DamagedError, and w's.
func Record(w io.Writer, folder string) error {
	o, err := open(folder)
	if err == nil {
		err = Undamaged(o.damaged)
	}
	if err != nil {
		return err
	}
	run, trials := o.run, o.trials
	e := run.Environment
	_, err = fmt.Fprintf(w, "# %s, seed %d, build %s, %s, %s\n", run.Name, run.Seed, e.Commit, e.CPU, e.Processors())
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	header := []string{"fix", "pair", "arm", "position", "strangers", "steal", "psi_cpu"}
	for _, m := range recorded() {
		header = append(header, m.Name+"_"+m.Phase+"_ns")
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, f := range run.Fixes {
		if f.Against != "" {
			continue // no arm is compared with another
		}
		i := groupOf(run, f)
		for _, b := range wholeBlocks(run.Groups[i], trials[i]) {
			if err := out.Write(b.arms[f.Arms.Before].recordedRow(f, b, results.Before)); err != nil {
				return err
			}
			if err := out.Write(b.arms[f.Arms.After].recordedRow(f, b, results.After)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// recordedRow is a trial as one side of a fix. An attempt at a block is a pair of its own.
func (d *trialData) recordedRow(f results.Fix, b block, side results.Arm) []string {
	row := []string{f.Name, fmt.Sprintf("%d.%d", b.block, b.again), string(side), strconv.Itoa(d.Position)}
	for _, s := range signals {
		row = append(row, rounded(s.of(d)))
	}
	pressure := math.NaN()
	if p := d.Machine.Pressure; p.Known {
		pressure = p.CPU
	}
	row = append(row, rounded(pressure))
	for _, m := range recorded() {
		value := math.NaN()
		if figure, ok := d.figures[m]; ok && !figure.bound {
			value = figure.value
		}
		row = append(row, rounded(value))
	}
	return row
}

// rounded keeps the digits that noise leaves, and is empty for an unknown value.
func rounded(v float64) string {
	switch {
	case math.IsNaN(v):
		return ""
	case math.Abs(v) >= 1000:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}
