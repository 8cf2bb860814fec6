package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/metrics"
	"aftershock/results/ops"
	"aftershock/results/timeline"
)

// openMetrics writes what a Prometheus would have that scraped the run each second and missed nothing. Trials that
// were run again are in it, as in a scrape. A trial whose files cannot be read is counted, and is not in it otherwise.
func openMetrics(w io.Writer, in Input) error {
	logs, missing, err := trialLogs(in)
	if err != nil {
		return err
	}
	run := in.Summary.Run
	h := metrics.NewHistory(run.ID)
	last := metrics.Second(run.Started)
	for _, l := range logs {
		t, err := readTrial(filepath.Dir(l.path), run)
		if err != nil {
			missing = append(missing, l)
			continue
		}
		last = max(last, t.into(h))
	}
	if len(missing) > 0 {
		h.Add(metrics.Trials, last, float64(len(missing)), metrics.Unread)
	}
	return h.Write(w)
}

// longestTrial bounds what a file may say of a trial's length: each of its seconds has a sample.
const longestTrial = 24 * time.Hour

// metered is a trial whose metrics are written.
type metered struct {
	record results.Trial
	log    *ops.Log
	events []results.Event
	sides  []metrics.Side
	length time.Duration
}

func readTrial(folder string, run results.Run) (t metered, err error) {
	if t.record, err = results.ReadTrial(folder); err != nil {
		return t, err
	}
	if t.log, err = ops.Read(filepath.Join(folder, results.OpsFile)); err != nil {
		return t, err
	}
	if t.events, err = results.ReadEvents(filepath.Join(folder, results.EventsFile)); err != nil {
		return t, err
	}
	t.length = timeline.Length(t.record)
	t.sides = metrics.Sides(run, t.record.Group, t.record.Arm)
	since := t.record.Epoch.Sub(run.Started)
	const year = 365 * 24 * time.Hour
	switch {
	case t.length > longestTrial:
		return t, fmt.Errorf("the trial lasted %v (at most %v)", t.length, longestTrial)
	case since < -time.Minute || since > year: // Prometheus makes a block of each two hours between all samples
		return t, fmt.Errorf("the trial began at %v, and its run at %v", t.record.Epoch, run.Started)
	case len(t.sides) == 0:
		return t, errors.New("no fix of the run has its arm")
	}
	return t, nil
}

// into adds the trial to a history, and gives the second in which it ended.
func (t metered) into(h *metrics.History) int64 {
	t.operations(h)
	for _, f := range t.record.Faults {
		if from, to, ok := spanOf(f, t.length); ok {
			h.Active(plain(f.Fault), t.second(from), t.second(to))
		}
	}
	for _, l := range timeline.Leaders(t.events) {
		h.Add(metrics.Leaders, t.second(l.At), 1)
	}
	end := t.second(results.Offset(t.length))
	h.Set(metrics.Lag, end, t.record.Generator.LatenessP99.Seconds())
	if s := t.record.Machine.Standstill; s != nil {
		h.Set(metrics.Standstill, end, s.Longest.Seconds())
	}
	outcome := metrics.Valid
	if t.record.Invalid != "" || t.record.Interrupted {
		outcome = metrics.Invalid
	}
	h.Add(metrics.Trials, end, 1, outcome)
	return end
}

// second is when a moment of the trial's time line was. What a file has outside of it counts at its ends.
func (t metered) second(at results.Offset) int64 {
	inside := min(max(0, time.Duration(at)), t.length)
	return metrics.Second(t.record.Epoch.Add(inside))
}

// operations counts the trial's operations for each fix that has its arm.
func (t metered) operations(h *metrics.History) {
	type cell struct {
		phase string
		at    int64
	}
	for i, s := range t.log.Streams {
		cells := map[cell]*metrics.Counts{}
		for _, r := range t.log.Records(i) {
			at := results.Offset(r.Intended)
			c := cell{t.record.PhaseAt(at), t.second(at)}
			if cells[c] == nil {
				cells[c] = &metrics.Counts{}
			}
			cells[c].Count(r, s.Timeout)
		}
		// A counter's first sample may be a 0, so that the order shows.
		inOrder := slices.SortedFunc(maps.Keys(cells), func(a, b cell) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.phase, b.phase))
		})
		for _, c := range inOrder {
			for _, side := range t.sides {
				h.Operations(c.at, side, s.Name, c.phase, *cells[c])
			}
		}
	}
}
