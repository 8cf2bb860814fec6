package report

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// Search is what is to be told of how many pairs find a change.
type Search struct {
	All    []summary.Search
	Run    results.Run // the pilot
	Noise  summary.Noise
	Budget time.Duration
	Most   int                           // pairs that the budget allows
	Takes  func(pairs int) time.Duration // how long a run takes, with all that may be run again
}

// Searches prints how many pairs and how much time each fix takes, and what the run of all takes.
func Searches(w io.Writer, s Search) error {
	p := &printer{w: w}
	rows := [][]string{{"FIX", "METRIC, PHASE", "TO FIND", "PILOT", "PAIRS (RANGE)", "TIME (RANGE)"}}
	var all stat.Planned
	var unknown int
	for _, f := range s.All {
		row := []string{
			f.Fix, metricName(f.Metric.Name) + " " + f.Metric.Phase,
			units.Change(f.Change, f.Unit, f.Scale == stat.Ratio), units.Count(f.Pilot, "pair"),
		}
		if f.Why != "" {
			unknown++
			rows = append(rows, append(row, "not known: "+f.Why))
			continue
		}
		all.Pairs, all.Least, all.Most = max(all.Pairs, f.Pairs), max(all.Least, f.Least), max(all.Most, f.Most)
		rows = append(rows, append(row, s.pairs(f.Planned), s.times(f.Planned)))
	}
	p.table(rows)
	p.line("")
	if unknown < len(s.All) {
		of := "the fix"
		if len(s.All) > 1 {
			of = fmt.Sprintf("all %d fixes", len(s.All))
		}
		p.line("A run of %s takes %s pairs, %s, to find each with 90 %%: two-sided at 5 %%, after", of, s.pairs(all),
			s.times(all))
		p.line("Holm's correction for all of them. The range is that of four in five such pilots: so few pairs tell")
		p.line("little of their spread. A change is one for the better; bounds and crashes cost more pairs.")
		s.cap(p, all)
	}
	if unknown > 0 {
		p.line("Of %d of %d fixes the pilot tells nothing, and the numbers are those of the others.", unknown,
			len(s.All))
	}
	e := s.Run.Environment
	p.line("pilot: %s, %s%s: a calmer or busier machine takes another number", e.CPU, e.Processors(),
		othersTook(s.Noise))
	p.line("again: %s", s.Run.Command)
	return p.err
}

// cap says whether the budget is enough, and for what it is enough otherwise.
func (s Search) cap(p *printer, all stat.Planned) {
	if all.Pairs <= s.Most {
		p.line("The budget of %s allows %s, which is enough; --pairs %d asks for them.", units.Short(s.Budget),
			units.Count(s.Most, "pair"), all.Pairs)
		return
	}
	if all.Pairs <= stat.MaxPairs {
		p.line("It takes --pairs %d --budget %s.", all.Pairs,
			units.Short(s.Takes(all.Pairs).Round(time.Minute)+time.Minute))
	}
	p.line("The budget of %s allows %s, and cannot find it in all fixes. So many find", units.Short(s.Budget),
		units.Count(max(0, s.Most), "pair"))
	for _, f := range s.All {
		if change, ok := f.Found(s.Most); f.Why == "" && ok {
			p.line("  %s: %s", f.Fix, units.Change(change, f.Unit, f.Scale == stat.Ratio))
		} else if f.Why == "" {
			p.line("  %s: nothing, being too few", f.Fix)
		}
	}
}

// pairs prints a number of pairs with its range.
func (s Search) pairs(p stat.Planned) string {
	return fmt.Sprintf("%s (%s to %s)", many(p.Pairs), many(p.Least), many(p.Most))
}

func many(pairs int) string {
	if pairs > stat.MaxPairs {
		return fmt.Sprintf("over %d", stat.MaxPairs)
	}
	return strconv.Itoa(pairs)
}

// times prints how long such runs take.
func (s Search) times(p stat.Planned) string {
	took := func(pairs int) string {
		if pairs > stat.MaxPairs {
			return "too long"
		}
		d := s.Takes(pairs)
		if d > time.Hour {
			return units.Short(d.Round(time.Minute))
		}
		return units.Short(d.Round(time.Second))
	}
	return fmt.Sprintf("%s (%s to %s)", took(p.Pairs), took(p.Least), took(p.Most))
}
