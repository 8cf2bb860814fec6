package summary

import (
	"fmt"
	"slices"

	"aftershock/results"
	"aftershock/results/manifest"
)

// Compute reads a run's folder and computes its summary.
//
// Files that are not as the run left them are listed as damaged. Such a trial is invalid, and a fix that it touches
// has no verdict. An error means that nothing can be computed: run.json is missing, broken, of a newer schema, or has
// fixes that name no folders; a file is where a folder of trials should be; or the file system fails.
func Compute(folder string) (Summary, error) {
	o, err := open(folder)
	if err != nil {
		return Summary{}, err
	}
	run, trials := o.run, o.trials
	s := Summary{
		Schema: Schema, Run: run, Noise: o.noise, Outages: outages(trials), Damaged: o.damaged, Unchecked: o.unchecked,
	}
	chosen := map[string][]block{}
	for i, g := range run.Groups {
		choice, blocks := choose(run, g, trials[i])
		s.Choices, chosen[g.Name] = append(s.Choices, choice), blocks
		s.Within = append(s.Within, withinOf(run, g, blocks)...)
	}
	var primaries []Row
	for i, f := range run.Fixes {
		s.Fixes = append(s.Fixes, compare(run, f, trials[groupOf(run, f)], chosen[f.Group]))
		primaries = append(primaries, s.Fixes[i].Primary)
	}
	correctPrimaries(primaries)
	if s.Unchecked {
		s.Warnings = append(s.Warnings, uncheckedWarning(run))
	}
	s.Warnings = append(s.Warnings, runWarnings(run)...)
	for i := range s.Fixes {
		s.Fixes[i].judge(run)
		if damage := s.DamageOf(s.Fixes[i].Name); len(damage) > 0 {
			s.Fixes[i].withhold(damage)
		}
		s.Warnings = append(s.Warnings, fixWarnings(run, s.Fixes[i], trials[groupOf(run, run.Fixes[i])])...)
	}
	// A table shows the first few: what an arm did comes before what the machine did.
	s.Warnings = onTop(slices.Concat(s.Warnings, s.Noise.warnings(), topWarnings(s.Fixes)))
	return s, nil
}

// ComputeFix computes one fix of a run, which may still be going on. The other fixes' p-values are not known then, and
// this one's is corrected as if all of them were larger: multiplied by the number of the run's fixes. Compute may
// therefore come to a verdict where ComputeFix says inconclusive, and never the reverse.
func ComputeFix(folder, name string) (Fix, error) {
	run, err := results.ReadRun(folder)
	if err != nil {
		return Fix{}, err
	}
	if err := checkGroups(folder, run); err != nil {
		return Fix{}, err
	}
	if len(run.Endpoints) > 0 {
		return Fix{}, &NoArmsError{folder}
	}
	for _, f := range run.Fixes {
		if f.Name != name {
			continue
		}
		i := groupOf(run, f)
		trials, _, err := readTrials(folder, run, run.Groups[i:i+1], manifest.Open(folder, run))
		if err != nil {
			return Fix{}, err
		}
		_, blocks := choose(run, run.Groups[i], trials[0])
		fix := compare(run, f, trials[0], blocks)
		correctEarly(fix.Primary, len(run.Fixes))
		fix.judge(run)
		return fix, nil
	}
	return Fix{}, fmt.Errorf("%s: the run has no fix %q", folder, name)
}

// opened is a run with its trials, group by group.
type opened struct {
	folder    string
	run       results.Run
	trials    [][]*trialData
	noise     Noise
	damaged   []Damage
	unchecked bool // it has no manifest
}

// open reads a run, and the trials of each of its groups.
func open(folder string) (opened, error) {
	o, err := openAny(folder)
	if err == nil && len(o.run.Endpoints) > 0 {
		err = &NoArmsError{folder}
	}
	return o, err
}

// openAny is open for a run that may have no arms to compare.
func openAny(folder string) (o opened, err error) {
	o.folder = folder
	if o.run, err = results.ReadRun(folder); err != nil {
		return o, err
	}
	if err := checkGroups(folder, o.run); err != nil {
		return o, err
	}
	check := manifest.Open(folder, o.run)
	trials, damaged, err := readTrials(folder, o.run, o.run.Groups, check)
	o.trials, o.noise, o.unchecked = trials, noiseOf(trials), check.Unchecked
	o.damaged = once(append(ofRun(check.Damage), damaged...))
	return o, err
}

// groupOf is the index of a fix's group.
func groupOf(run results.Run, f results.Fix) int {
	return slices.IndexFunc(run.Groups, func(g results.Group) bool { return g.Name == f.Group })
}

// compare computes everything about a fix except its verdict, which depends on the other fixes.
func compare(run results.Run, f results.Fix, trials []*trialData, blocks []block) Fix {
	fix := Fix{Fix: f, Pairs: Pairs{Planned: run.Pairs}}
	valid := fix.judgeable(trials, blocks)
	for _, p := range valid {
		fix.Pairs.CrashedBefore += count(p.before.Worker.Crashed)
		fix.Pairs.CrashedAfter += count(p.after.Worker.Crashed)
	}
	pairs := compared(f, fix.exercised(valid))
	fix.Rows = append(rows(pairs, run.Margin),
		fix.outcomes(blocks, wholeBlocks(run.Groups[groupOf(run, f)], trials), run.Margin)...)
	fix.Beside = fix.besides(blocks)
	fix.Primary = primaryOf(fix.Rows, f.Primary)
	fix.Looked = correctOthers(fix.Rows, f.Primary)
	return fix
}

// primaryOf finds the row of the primary metric, or makes one that says that it has no figure.
func primaryOf(rows []Row, primary results.Metric) Row {
	if r, ok := rowOf(rows, primary); ok {
		return r
	}
	return Row{Metric: primary, Note: "no pair has the figure in both arms"}
}
