package report

import (
	"io"

	"aftershock/results/gate"
)

// Decision writes a policy's answer to a run: a line for each answer, and at last the result of all.
func Decision(w io.Writer, d gate.Decision) error {
	p := &printer{w: w}
	rows := [][]string{{"RESULT", "RULE", "FIX", "MEASURED", "BOUND", "WHY"}}
	for _, a := range d.Answers {
		rows = append(rows, answerCells(a))
	}
	if len(rows) > 1 {
		p.table(rows)
		p.line("")
	}
	for _, note := range d.Notes {
		p.line("note: %s", note)
	}
	p.line("policy %s on %s: %s", d.Policy, d.Run, result(d.Result))
	return p.err
}

func answerCells(a gate.Answer) []string {
	return []string{string(result(a.Result)), a.Name, orDash(a.Fix), orDash(a.Measured), orDash(a.Bound), a.Why}
}

// result names a result that was never set: it is no pass.
func result(r gate.Result) gate.Result {
	if r == "" {
		return gate.Invalid
	}
	return r
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
