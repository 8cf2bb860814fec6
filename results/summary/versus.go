package summary

import (
	"fmt"
	"math"
	"slices"

	"aftershock/results"
	"aftershock/results/stat"
)

// VersusSchema is the version of what compare prints for two runs as JSON.
const VersusSchema = 1

// Versus is the same arm of the same fix in two runs, B seen from A. In its rows the side Before is run A and After is
// run B. The runs were not interleaved: what the machine did between them cannot be told from what the program did.
type Versus struct {
	Schema   int           `json:"schema"`
	A        results.Run   `json:"a"`
	B        results.Run   `json:"b"`
	Forced   []string      `json:"forced,omitempty"` // differences that should have refused the comparison
	Pairs    []SharedPairs `json:"pairs"`            // a fix each, of those that both runs have
	Arms     []VersusArm   `json:"arms"`
	Warnings []Warning     `json:"warnings,omitempty"`
}

// VersusArm is one arm of a fix that both runs have, paired by the pairs' numbers: these have the same plan.
type VersusArm struct {
	Fix     string         `json:"fix"`
	Arm     results.Arm    `json:"arm"`
	Primary results.Metric `json:"primary"`
	Rows    []Row          `json:"rows"`
}

// CompareRuns compares each arm of each fix in the run of folder a with the same in that of folder b, over the pairs
// that can be judged in both runs; values have the order in which run A ran them. The margin is A's. The primary
// metrics of all arms are corrected together by Holm, the other rows of an arm by Benjamini and Yekutieli.
//
// Runs that differ in more than the program are refused with a *Mismatch that lists all differences; force compares them
// all the same, and puts the differences into Forced and the warnings. Two runs without a common fix have nothing to
// compare, forced or not, and neither has a run and a copy of it, which is ErrSameRun.
func CompareRuns(a, b string, force bool) (Versus, error) {
	one, err := open(a)
	if err != nil {
		return Versus{}, err
	}
	other, err := open(b)
	if err != nil {
		return Versus{}, err
	}
	// Runs that begin in the same second of the same seed, on two machines, have one ID.
	if one.run.ID == other.run.ID && one.run.Started.Equal(other.run.Started) {
		return Versus{}, fmt.Errorf("%s and %s: %w (%s), and a run does not differ from itself", a, b, ErrSameRun,
			one.run.ID)
	}
	differences := mismatch(one, other)
	if len(differences) > 0 && !force {
		return Versus{}, &Mismatch{A: one.run.ID, B: other.run.ID, Differences: differences}
	}
	v := Versus{Schema: VersusSchema, A: one.run, B: other.run, Forced: differences, Warnings: apart(one, other)}
	for _, r := range []opened{one, other} {
		if r.unchecked {
			v.Warnings = append(v.Warnings, uncheckedWarning(r.run))
		}
	}
	for _, d := range differences {
		v.Warnings = append(v.Warnings, Warning{
			What:   "compared with --force although the runs differ: " + d,
			Remedy: "this difference may have caused the change",
		})
	}
	v.Warnings = append(v.Warnings, runDifferences(one.run, other.run)...)
	if err := v.compare(one, other); err != nil {
		return Versus{}, err
	}
	return v, nil
}

// compare makes the arms of the fixes that both runs have.
func (v *Versus) compare(a, b opened) error {
	var primaries []Row
	for i, f := range a.run.Fixes {
		n := slices.IndexFunc(b.run.Fixes, func(other results.Fix) bool { return other.Name == f.Name })
		if n < 0 {
			continue
		}
		one, other, shared := inBoth(a.side(i), b.side(n))
		v.Pairs = append(v.Pairs, shared)
		v.Warnings = append(v.Warnings, shared.warnings()...)
		for _, arm := range sidesOf(f) {
			r := rows(across(one, other, arm), a.run.Margin)
			correctOthers(r, f.Primary)
			primaries = append(primaries, primaryOf(r, f.Primary))
			v.Arms = append(v.Arms, VersusArm{Fix: f.Name, Arm: arm, Primary: f.Primary, Rows: r})
		}
	}
	correctPrimaries(primaries)
	if len(v.Arms) == 0 {
		return fmt.Errorf("%s and %s have no fix in common", a.run.ID, b.run.ID)
	}
	for _, alone := range []struct {
		name      string
		has, lack results.Run
	}{{"A", a.run, b.run}, {"B", b.run, a.run}} {
		for _, f := range alone.has.Fixes {
			if !slices.ContainsFunc(alone.lack.Fixes, func(other results.Fix) bool { return other.Name == f.Name }) {
				v.Warnings = append(v.Warnings, Warning{What: fmt.Sprintf("%s is in run %s alone, and not compared", f.Name, alone.name)})
			}
		}
	}
	return nil
}

// sidesOf are the sides of a fix that are different arms.
func sidesOf(f results.Fix) []results.Arm {
	if f.Against != "" {
		return []results.Arm{results.After}
	}
	return []results.Arm{results.Before, results.After}
}

// judged are the pairs that a run judges a fix by.
func judged(run results.Run, f results.Fix, trials [][]*trialData) []pair {
	fix, group := Fix{Fix: f}, groupOf(run, f)
	_, blocks := choose(run, run.Groups[group], trials[group])
	return fix.exercised(fix.judgeable(trials[group], blocks))
}

// across makes pairs of one arm: that of run A, and that of run B under the same plan.
func across(one, other []pair, arm results.Arm) []pair {
	var pairs []pair
	for i, p := range one {
		if q := other[i]; arm == results.Before {
			pairs = append(pairs, pair{number: p.number, before: p.before, after: q.before})
		} else {
			pairs = append(pairs, pair{number: p.number, before: p.after, after: q.after})
		}
	}
	return pairs
}

// moved is by how much the share that others took may differ between two runs before it is said.
const moved = 0.05

// apart warns of what no pairing across runs can take out: that they ran at different times.
func apart(a, b opened) []Warning {
	const at = "2006-01-02 15:04 MST"
	all := []Warning{{
		What: fmt.Sprintf("the runs were not interleaved: A began at %s (%s), B at %s (%s)",
			a.run.Started.UTC().Format(at), othersIn(a.noise), b.run.Started.UTC().Format(at), othersIn(b.noise)),
		Remedy: "a change of the machine looks like a change of the program: for a verdict, measure both in one run",
	}}
	if !a.noise.Known || !b.noise.Known {
		return all
	}
	if change := b.noise.Others() - a.noise.Others(); math.Abs(change) > moved {
		all = append(all, Warning{
			What:   fmt.Sprintf("the machine was shared differently: others took %+.0f points of it in B", 100*change),
			Remedy: "the busier run may be the slower one, whatever the program did",
		})
	}
	return all
}

func othersIn(n Noise) string {
	if !n.Known {
		return "what others took is not known"
	}
	return fmt.Sprintf("others took %.0f %% of the machine", 100*n.Others())
}

// Row finds a metric's row.
func (a VersusArm) Row(m results.Metric) (Row, bool) { return rowOf(a.Rows, m) }

// Verdict is that of the arm's primary metric.
func (a VersusArm) Verdict() stat.Verdict {
	if r, ok := a.Row(a.Primary); ok && r.Change != nil {
		return r.Change.Verdict
	}
	return stat.Inconclusive
}
