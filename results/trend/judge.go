package trend

import (
	"fmt"
	"math"

	"aftershock/results/stat"
)

// Outcome is what a night says about a figure. The zero value is none and never quiet.
type Outcome string

// The outcomes.
const (
	Quiet        Outcome = "quiet"        // no change, by a night that would have found one
	Regressed    Outcome = "regressed"    // worse, twice
	Improved     Outcome = "improved"     // better, twice: often a bug of the test
	Unconfirmed  Outcome = "unconfirmed"  // a change, and the rerun was not made or cannot be judged
	Dismissed    Outcome = "dismissed"    // a change that the rerun did not show
	Small        Outcome = "small"        // a change, twice, and by less than the margin: too small to matter
	Underpowered Outcome = "underpowered" // no change, and the step would not have been found either
	Invalid      Outcome = "invalid"      // the figure cannot be judged
)

// Answer is a night's outcome for one figure, with what it rests on.
type Answer struct {
	Key     Key     `json:"key"`
	Outcome Outcome `json:"outcome"`
	Why     string  `json:"why"`
	// Verdict is the first run's, after Holm's correction over the night's figures, and Again the rerun's.
	Verdict stat.Verdict  `json:"verdict"`
	Again   *stat.Verdict `json:"again,omitempty"`
	// Detectable is the harm that so many pairs, as noisy as these, find four times out of five, in the unit of
	// Changes; 0 when it cannot be told.
	Detectable float64 `json:"detectable"`
	Figure     Figure  `json:"figure"`
	Confirming *Figure `json:"confirming,omitempty"`

	run     Run
	sound   bool // not worse than expected by as much as the margin
	against stat.Comparison
}

// Suspects are the figures of which the night's runs so far show a change, so that a rerun has to confirm it.
func Suspects(n Night) (all []Answer) {
	for _, a := range judge(n, nil) {
		if a.Outcome == Unconfirmed && a.Again == nil {
			all = append(all, a)
		}
	}
	return all
}

// Judge answers for each primary figure of a night. References replace the expected difference of a series, where an
// alarm was acknowledged: the figure is then held to the level that was accepted.
func judge(n Night, references map[Key]float64) []Answer {
	answers := first(n, references)
	confirm(n, references, answers)
	return answers
}

// first judges the runs that no suspicion led to.
func first(n Night, references map[Key]float64) (answers []Answer) {
	var p []float64
	for _, r := range n.Runs {
		if r.Confirms {
			continue
		}
		for _, f := range r.Figures {
			if f.Primary {
				a := answerFor(r, f, references)
				answers, p = append(answers, a), append(p, a.against.P)
			}
		}
	}
	adjusted := stat.AdjustHolm(p)
	for i := range answers {
		if answers[i].Outcome == "" {
			answers[i].decide(n.Policy, len(answers), adjusted[i])
		}
	}
	return answers
}

// answerFor compares one figure, and says why that cannot be done.
func answerFor(r Run, f Figure, references map[Key]float64) Answer {
	a := Answer{Key: r.key(f), Figure: f, run: r, against: stat.Comparison{P: 1}}
	reference, ok := references[a.Key]
	if !ok {
		reference = f.Expect
	}
	why := r.Why
	if why == "" {
		why = f.Lost
	}
	if why != "" {
		a.Outcome, a.Why = Invalid, why
		return a
	}
	c, err := f.against(reference)
	if err != nil {
		a.Outcome, a.Why = Invalid, err.Error()
		return a
	}
	a.against, a.Detectable = c, detectable(c)
	a.sound = stat.NonInferior(c, f.Margin)
	return a
}

// detectable is that of a single test: a night asks of each figure by itself whether it has become worse.
func detectable(c stat.Comparison) float64 {
	d, ok := stat.Detectable(c, 1)
	if !ok || math.IsInf(d, 0) {
		return 0
	}
	return d
}

// decide gives the outcome of a first run, among so many figures of the night.
func (a *Answer) decide(p Policy, figures int, adjusted float64) {
	a.Verdict = a.against.CorrectedAmong(figures, adjusted)
	step := a.Figure.step(p)
	switch {
	case a.Verdict == stat.Regressed, a.Verdict == stat.Improved:
		a.Outcome, a.Why = Unconfirmed, "the rerun that would confirm it was not made"
	case a.Verdict == stat.TooFewPairs:
		a.Outcome = Invalid
		a.Why = fmt.Sprintf("%d pairs are too few to show a change in any of %d figures (fewest: %d)", a.Figure.N,
			figures, stat.FewestPairs(figures))
	case a.Verdict == stat.NoDifference, a.sound:
		a.Outcome, a.Why = Quiet, "worse by less than the margin, if at all"
	case a.Detectable == 0:
		a.Outcome, a.Why = Underpowered, "what the night would have found cannot be told"
	case a.Detectable > step:
		a.Outcome = Underpowered
		a.Why = fmt.Sprintf("the night would have found a step of %s four times out of five, and has to find %s",
			a.Figure.amount(a.Detectable), a.Figure.amount(step))
	default:
		a.Outcome, a.Why = Quiet, "no change was found, and a step of "+a.Figure.amount(step)+" would have been"
	}
}

// confirm holds each change against the night's rerun of its figure. The reruns' figures are corrected together.
func confirm(n Night, references map[Key]float64, answers []Answer) {
	var p []float64
	var again []Answer
	var of []int
	for i, a := range answers {
		if a.Outcome != Unconfirmed {
			continue
		}
		if b, ok := rerun(n, a, references); ok {
			again, of, p = append(again, b), append(of, i), append(p, b.against.P)
		}
	}
	adjusted := stat.AdjustHolm(p)
	for i, b := range again {
		answers[of[i]].settle(b, len(again), adjusted[i])
	}
}

// rerun finds the answer's figure in the night's rerun of its scenario.
func rerun(n Night, a Answer, references map[Key]float64) (Answer, bool) {
	for _, r := range n.Runs {
		if !r.Confirms || r.Scenario != a.run.Scenario || r.Bucket != a.run.Bucket {
			continue
		}
		for _, f := range r.Figures {
			if f.Primary && f.Fix == a.Figure.Fix && f.Metric == a.Figure.Metric {
				r.PlanDigest = a.run.PlanDigest // the rerun has another seed, and is of the same series
				return answerFor(r, f, references), true
			}
		}
	}
	return Answer{}, false
}

// settle gives the outcome of a change that was measured twice.
func (a *Answer) settle(again Answer, figures int, adjusted float64) {
	a.Confirming = &again.Figure
	verdict := again.against.CorrectedAmong(figures, adjusted)
	a.Again = &verdict
	switch {
	case again.Outcome == Invalid:
		a.Why = "the rerun cannot be judged: " + again.Why
	case verdict != a.Verdict:
		a.Outcome, a.Why = Dismissed, fmt.Sprintf("%s at first, and %s in the rerun", a.Verdict, verdict)
	case math.Abs(a.against.At95.Value+again.against.At95.Value)/2 < a.against.Limit():
		a.Outcome, a.Why = Small, "and again in the rerun, by less than the margin"
	case verdict == stat.Regressed:
		a.Outcome, a.Why = Regressed, "and again in the rerun"
	default:
		a.Outcome, a.Why = Improved, "and again in the rerun; a sudden improvement is often a bug of the test"
	}
}

// Outcomes are what a night says about its first figure: in the end, and by the first run alone, where a change counts
// without a rerun. They are for simulations; Of has the whole answers.
func Outcomes(n Night) []Outcome {
	a := judge(n, nil)[0]
	alone := a.Outcome
	switch a.Verdict { //nolint:exhaustive // the others are no change
	case stat.Regressed:
		alone = Regressed
	case stat.Improved:
		alone = Improved
	}
	return []Outcome{a.Outcome, alone}
}
