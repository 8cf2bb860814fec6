package stat_test

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aftershock/results/stat"
)

// recording is a noisy run, in the format of testdata/noisy/README.md.
type recording struct {
	name     string
	says     string // what was run
	chosenOn bool   // the score was chosen with this run in view
	trials   []recordedTrial
}

// recordedTrial has a figure for each column but those that say which trial it is; NaN where the cell is empty.
type recordedTrial struct {
	fix, pair, arm string
	figures        map[string]float64
}

func readRecording(name string) (recording, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return recording{}, err
	}
	r := recording{name: strings.TrimSuffix(filepath.Base(name), ".csv")}
	says, _, _ := strings.Cut(string(text), "\n")
	r.says = strings.TrimPrefix(says, "# ")
	r.chosenOn = strings.Contains(string(text), "\n# chosen on\n")
	rows := csv.NewReader(strings.NewReader(string(text)))
	rows.Comment = '#'
	header, err := rows.Read()
	if err != nil {
		return recording{}, fmt.Errorf("%s: %w", name, err)
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return recording{}, fmt.Errorf("%s: %w", name, err)
		}
		trial, err := recordedRow(header, row)
		if err != nil {
			line, _ := rows.FieldPos(0)
			return recording{}, fmt.Errorf("%s: line %d: %w", name, line, err)
		}
		r.trials = append(r.trials, trial)
	}
}

func recordedRow(header, row []string) (recordedTrial, error) {
	t := recordedTrial{figures: map[string]float64{}}
	for i, name := range header {
		switch name {
		case "fix":
			t.fix = row[i]
		case "pair":
			t.pair = row[i]
		case "arm":
			t.arm = row[i]
		default:
			v := math.NaN()
			if row[i] != "" {
				var err error
				if v, err = strconv.ParseFloat(row[i], 64); err != nil {
					return t, fmt.Errorf("column %s: %w", name, err)
				}
			}
			t.figures[name] = v
		}
	}
	if t.arm != "before" && t.arm != "after" {
		return t, fmt.Errorf("column arm: %q (allowed: before, after)", t.arm)
	}
	return t, nil
}

// recordings reads all files in testdata/noisy.
func recordings(t *testing.T) (all []recording) {
	t.Helper()
	names, err := filepath.Glob("testdata/noisy/*.csv")
	if err != nil || len(names) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, name := range names {
		r, err := readRecording(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// recordedPair is an attempt: both trials.
type recordedPair struct{ before, after recordedTrial }

func (p recordedPair) position() float64 {
	return min(p.before.figures["position"], p.after.figures["position"])
}

// pairs are the fixes' attempts, by fix, in the order in which they ran. A trial without its other half is none.
func (r recording) pairs() (fixes []string, pairs map[string][]recordedPair) {
	half := map[[2]string]recordedTrial{}
	pairs = map[string][]recordedPair{}
	for _, t := range r.trials {
		key := [2]string{t.fix, t.pair}
		other, ok := half[key]
		if !ok {
			half[key] = t
			continue
		}
		p := recordedPair{before: other, after: t}
		if t.arm == "before" {
			p = recordedPair{before: t, after: other}
		}
		pairs[t.fix] = append(pairs[t.fix], p)
	}
	for fix, of := range pairs {
		fixes = append(fixes, fix)
		slices.SortFunc(of, func(a, b recordedPair) int { return cmp.Compare(a.position(), b.position()) })
	}
	slices.Sort(fixes)
	return fixes, pairs
}

// score is what others took of the trial, by the signals that were recorded.
func (t recordedTrial) score() float64 {
	score := t.figures["steal"]
	if strangers := t.figures["strangers"]; !math.IsNaN(strangers) {
		score += strangers
	}
	return score
}

// attempted hands the attempts with a value of the figure in both arms to Choose.
func attempted(fix, figure string, of []recordedPair) (scores []float64, a stat.Attempted) {
	a = stat.Attempted{Fix: fix, Scale: stat.Ratio, Better: stat.Lower}
	signals := []stat.Signal{{Name: "strangers"}, {Name: "steal"}}
	for _, p := range of {
		before, after := p.before.figures[figure], p.after.figures[figure]
		if math.IsNaN(before) || math.IsNaN(after) {
			continue
		}
		a.Before, a.After = append(a.Before, before), append(a.After, after)
		scores = append(scores, max(p.before.score(), p.after.score()))
		for i := range signals {
			s := &signals[i]
			s.Before, s.After = append(s.Before, p.before.figures[s.Name]), append(s.After, p.after.figures[s.Name])
		}
	}
	for _, s := range signals {
		if !slices.ContainsFunc(s.Before, math.IsNaN) {
			a.Signals = append(a.Signals, s)
		}
	}
	return scores, a
}
