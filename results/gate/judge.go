package gate

import (
	"errors"
	"fmt"

	"aftershock/internal/nearest"
	"aftershock/internal/problem"
	"aftershock/results"
	"aftershock/results/summary"
)

// Judge answers the policy's rules for a run.
//
// A rule that names a fix, a metric, a phase or an arm that the run lacks, or bounds a figure in the wrong unit, is an
// error and not an answer. All such errors are reported together at their places in the policy. A figure that is only
// missing because no pair is valid, or because the fix was not exercised, makes the rule Invalid.
func (p Policy) Judge(s summary.Summary) (Decision, error) {
	list := problem.NewList(p.file, p.source)
	if p.fewAllowed {
		s = byStudent(s)
	}
	chosen := make([][]summary.Fix, len(p.rules))
	for i, r := range p.rules {
		chosen[i] = r.choose(s, list)
	}
	run := newRecord(s, p.gated(chosen))
	run.fewAllowed = p.fewAllowed
	d := Decision{Policy: p.Name, Run: s.Run.ID, Answers: p.about(s.Run), Notes: notes(s)}
	if s.Unchecked && !p.unchecked {
		d.Answers = append(d.Answers, unvouched(s.Run))
	}
	names := called{}
	for i, r := range p.rules {
		for _, f := range chosen[i] {
			answer, err := r.answer(s, candidate{run, f})
			if err == nil {
				err = names.add(r, f.Name)
			}
			if err != nil {
				r.report(list, f, err)
				break // the next fix would only say it again
			}
			answer.Name, answer.Fix = r.title(), f.Name
			d.Answers = append(d.Answers, answer)
		}
	}
	if err := list.Err(); err != nil {
		return Decision{}, err
	}
	if c := s.Run.Calibration; c != nil && c.Result == results.Unsound {
		d.Answers = []Answer{unsound(*c)}
	}
	d.Result = together(d.Answers)
	return d, nil
}

// answer is what the rule says about one fix. A damaged fix is not judged.
func (r rule) answer(s summary.Summary, c candidate) (Answer, error) {
	if damage := s.DamageOf(c.fix.Name); len(damage) > 0 {
		return damaged(damage), nil
	}
	return r.ask.judge(c)
}

// choose returns the fixes that the rule is about.
func (r rule) choose(s summary.Summary, list *problem.List) (chosen []summary.Fix) {
	var names []string
	for _, f := range s.Fixes {
		names = append(names, f.Name)
		if len(r.fixes) == 0 && f.Repairs() {
			chosen = append(chosen, f)
		}
	}
	if len(r.fixes) == 0 && len(chosen) == 0 {
		none := fmt.Errorf("the run has no fix that is no instrument (it has: %s)", join(names))
		r.report(list, summary.Fix{}, misfit{"fix", none})
	}
	for _, name := range r.fixes {
		f, ok := s.Fix(name)
		if !ok {
			r.report(list, f, misfit{"fix", fmt.Errorf("the run lacks it: %w", nearest.Unknown("fix", name, names))})
			continue
		}
		chosen = append(chosen, f)
	}
	return chosen
}

// gated are the metrics that the policy's verdict rules name: what is corrected together is declared beforehand.
func (p Policy) gated(chosen [][]summary.Fix) (cells []cell) {
	for i, r := range p.rules {
		if a, ok := r.ask.(verdict); ok {
			for _, f := range chosen[i] {
				cells = append(cells, cell{f.Name, a.of(f)})
			}
		}
	}
	return cells
}

// report reports a misfit at its place in the policy.
func (r rule) report(list *problem.List, f summary.Fix, err error) {
	var m misfit
	if field, ok := r.fields[fieldOf(err, &m)]; ok && field.Given() {
		field.To(list).Addf("%v", err)
		return
	}
	if field, ok := r.fields["rule"]; ok {
		field.To(list).Addf("%s: %v", m.field, err)
		return
	}
	list.Addf(1, 1, "%s of %s: %v", r.title(), f.Name, err)
}

func fieldOf(err error, m *misfit) string {
	errors.As(err, m)
	return m.field
}
