package report

import (
	"fmt"
	"io"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/profile"
	"aftershock/results/summary"
)

// Profile writes the functions whose share of the CPU time changed: at most top of each fix and window.
func Profile(w io.Writer, c profile.Comparison, top int) error {
	p := &printer{w: w}
	p.line("Shares of the workers' CPU time: TOTAL with all that a function calls, SELF without. The shares are of " +
		"all trials together, and the")
	p.line("changes those within pairs with their 95 %% intervals, which are not corrected for how many functions " +
		"there are: where to look, and")
	p.line("no verdict. SAME is in how many pairs TOTAL changed in that direction. The closed loops are windows of " +
		"their own: capacity-....")
	for _, f := range c.Fixes {
		if len(f.Windows) == 0 {
			p.line("")
			p.line("%s: none of its %s that can be judged has profiles in both arms", f.Name,
				units.Count(f.Pairs, "pair"))
		}
		for _, w := range f.Windows {
			p.line("")
			p.window(f, w, top)
		}
	}
	p.line("")
	p.line("%s; go tool pprof -diff_base and go tool trace show more of the files below trials/", c.Run.ID)
	p.warnings([]summary.Warning{summary.ProfiledWarning})
	return p.err
}

func (p *printer) window(f profile.Fix, w profile.Window, top int) {
	p.line("%s, %s: %d of %s, %s of CPU in %d samples before, %s in %d after", f.Name, w.Name, len(w.Pairs),
		units.Count(f.Pairs, "pair"),
		units.Latency(w.Before.CPU), w.Before.Samples, units.Latency(w.After.CPU), w.After.Samples)
	if fewest := min(w.Before.Samples, w.After.Samples); fewest > 0 && float64(fewest)*profile.Fewest < 1 {
		p.line("few samples, each of %.2g points", 100/float64(fewest))
	}
	rows, agreed := functionRows(w, top)
	if agreed > 0 {
		p.table(rows)
	}
	p.unlisted(agreed, min(agreed, top), len(w.Functions)-agreed)
}

// functionRows are the functions on whose change the pairs agree, at most top of them, and how many there are.
func functionRows(w profile.Window, top int) (rows [][]string, agreed int) {
	rows = [][]string{{
		"FUNCTION", "TOTAL BEFORE -> AFTER", "CHANGE [95 %]", "SAME", "SELF BEFORE -> AFTER", "CHANGE [95 %]",
	}}
	for _, fn := range w.Functions {
		if !fn.Clear() {
			continue
		}
		if agreed++; agreed <= top {
			same := fmt.Sprintf("%d/%d", fn.With.Same, len(w.Pairs))
			rows = append(rows, []string{
				shortFunction(fn.Name), shares(fn.With), points(fn.With), same, shares(fn.Self), points(fn.Self),
			})
		}
	}
	return rows, agreed
}

// unlisted says how many functions are left out, and why.
func (p *printer) unlisted(agreed, listed, unclear int) {
	const least = 100 * profile.Fewest
	switch {
	case agreed == 0:
		p.line("no function's share changed by %g points or more in a way that the pairs agree on", least)
	case listed < agreed:
		p.line("%d more, with smaller changes (--top)", agreed-listed)
	}
	if unclear > 0 {
		p.line("not listed, because the intervals hold no change as well: %d", unclear)
	}
}

func shares(s profile.Share) string {
	if s.Before == 0 && s.After == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %% -> %.1f %%", 100*s.Before, 100*s.After)
}

func points(s profile.Share) string {
	switch {
	case s.Before == 0 && s.After == 0:
		return "-"
	case !s.Interval:
		return units.Change(s.Change, "share", false)
	}
	return units.Interval(s.Change, s.Low, s.High, "share", false)
}

// shortFunction leaves out the folders of a package's path, which pprof does not show either.
func shortFunction(name string) string {
	receiver := strings.IndexAny(name, "([")
	if receiver < 0 {
		receiver = len(name)
	}
	return name[strings.LastIndex(name[:receiver], "/")+1:]
}
