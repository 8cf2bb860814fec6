package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// noFigure stood in a fix's expectation for an article without a figure; now nothing does.
const noFigure = "no figure"

// remarks are the notes to a fix's row that do not fit into it.
func (p *printer) remarks(s summary.Summary, f summary.Fix) {
	p.line("")
	p.line("%s: %s", f.Name, f.Summary)
	if f.Built != "" {
		p.line("  %s", f.Built)
	}
	p.evidence(s, f)
	if crossed(f.Primary) {
		p.line("  the medians of the arms move the other way: the change is that within pairs, which the medians do " +
			"not know")
	}
	switch f.Article {
	case "":
	case noFigure:
		p.line("  the article gives no figure")
	default:
		p.line("  the article's figure, from its own service: %s", f.Article)
	}
	if f.Instrument {
		p.line("  instrument: the true change is %+.0f %%%s", 100*f.Expect, exactness(f.Tolerance))
	}
	if f.Why != "" {
		p.line("  %s: %s", f.Verdict, f.Why)
	}
	if n := f.Need; n != nil && n.MorePairs > 0 {
		p.line("  needs about %s in a run of its own, %s: %s", units.Count(n.MorePairs, "more pair"),
			minutes(n.Time), n.Command)
	} else if n != nil {
		p.line("  as many pairs may do in a run of its own, %s: %s", minutes(n.Time), n.Command)
	}
	p.stopped(s.Run, f)
	p.invalid(f.Pairs.Invalid)
}

// crossed tells whether a row's medians move one way and its change the other. Both are right.
func crossed(r summary.Row) bool {
	return r.Change != nil && (r.After.Median-r.Before.Median)*r.Change.Value < 0
}

// evidence is what the verdict's interval does not show: how surprising the pairs are, and how small a change they
// could have shown.
func (p *printer) evidence(s summary.Summary, f summary.Fix) {
	c := f.Primary.Change
	if c == nil || c.Confidence == 0 || c.Pairs < stat.FewestPairs(1) {
		return
	}
	text := "  p " + probability(c.P)
	if c.Correction == stat.Holm {
		text += fmt.Sprintf(", %s adjusted (Holm over %d)", probability(c.Adjusted), s.Gated())
	}
	if c.Detectable != 0 {
		text += "; detectable " + units.Change(c.Detectable, f.Primary.Unit, relative(f.Primary))
	}
	p.line("%s", text)
}

// stopped says what ended the fix's pairs: the width that was asked for, or a limit that came first.
func (p *printer) stopped(run results.Run, f summary.Fix) {
	if run.Stop == nil {
		return
	}
	asked := percent(run.Stop.Width)
	narrow, half, ok := summary.Narrow(f, run.Stop.Width, len(run.Fixes))
	switch {
	case !ok:
		p.line("  ended after %s, without a width that could be held against +-%s", units.Count(judged(f), "pair"),
			asked)
	case narrow:
		p.line("  stopped by its width: +-%s after %s (asked for: +-%s)", percent(half),
			units.Count(judged(f), "pair"), asked)
	default:
		p.line("  ended %s before it was narrow enough: +-%s after %s (asked for: +-%s)", endedBy(run), percent(half),
			units.Count(judged(f), "pair"), asked)
	}
}

// endedBy is what ended a fix whose interval had not become narrow enough.
func endedBy(run results.Run) string {
	if run.Status != results.Complete {
		return "with the run"
	}
	return "by the limits of pairs and time"
}

// interruption is what interrupted a trial, without the word interrupted itself.
func interruption(why string) string {
	return strings.TrimPrefix(strings.TrimPrefix(why, "interrupted: "), "interrupted ")
}

// invalid lists the trials that could not be judged. The machine's are counted by arm, because the machine must not
// have seen it: when one arm has most of them, something else than noise was at work.
func (p *printer) invalid(all []summary.Invalid) {
	var machine []string
	byArm := map[results.Arm]int{}
	for _, i := range all {
		trial := fmt.Sprintf("pair %d %s%s: ", i.Pair, i.Arm, again(i.Attempt))
		why := firstLine(i.Why)
		what, noise := strings.CutPrefix(why, "machine:")
		switch {
		case i.Interrupted:
			p.line("  interrupted: %s%s", trial, interruption(why))
		case noise:
			byArm[i.Arm]++
			machine = append(machine, trial+strings.TrimSpace(what))
		default:
			p.line("  invalid trial: %s%s", trial, why)
		}
	}
	if len(machine) == 0 {
		return
	}
	p.line("  invalid because of the machine, whatever the arm: %d before, %d after", byArm[results.Before],
		byArm[results.After])
	for _, trial := range machine {
		p.line("    %s", trial)
	}
}

func again(attempt int) string {
	if attempt == 0 {
		return ""
	}
	return ", run again"
}

func firstLine(s string) string {
	first, _, more := strings.Cut(s, "\n")
	if more {
		first += " ..."
	}
	return first
}

func minutes(d time.Duration) string {
	return units.Count(int(math.Round(max(1, d.Minutes()))), "minute")
}

// exactness is how exactly an instrument makes its change; identical arms are identical.
func exactness(tolerance float64) string {
	if tolerance == 0 {
		return ""
	}
	return fmt.Sprintf(", to %g points", 100*tolerance)
}
