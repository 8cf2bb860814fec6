package report

import (
	"fmt"
	"math"
	"slices"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/report/page"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// binsBeforeHeal is how many bins of a recovery lie before the heal, to compare with.
const binsBeforeHeal = 10

// healedAt is when the last fault of a trial was healed, or recovered from if it is not held; false without one.
func healedAt(d *drawn) (at results.Offset, ok bool) {
	for _, f := range d.record.Faults {
		if _, to, is := spanOf(f, d.length); is && (f.Healed > 0 || f.Recovered > 0) {
			at, ok = max(at, to), true
		}
	}
	return at, ok
}

// healedOf is how slow operations still were from the heal on, of each arm. Trials are laid over each other by the bin
// of their heal; of each the slowest operation of a bin is taken, and of these the middle, the least and the most.
func (t timelines) healedOf(f summary.Fix, arms []results.Arm, data page.Fix) page.Healed {
	h := page.Healed{Sides: []page.Columns{}}
	if f.Against != "" || data.Stream == "" {
		return h
	}
	all := make([]map[int][]float64, len(arms)) // the slowest of each trial, by the bin's place from the heal on
	last := 0
	for n, arm := range arms {
		all[n] = map[int][]float64{}
		for _, block := range judgedBlocks(f) {
			d, _ := t.of(f.Fix, block, arm)
			if d == nil {
				continue
			}
			at, ok := healedAt(d)
			width := d.widths[data.Stream]
			if h.Width == 0 {
				h.Width = width.Seconds()
			}
			if !ok || width.Seconds() != h.Width {
				continue
			}
			heal := int(at.Sub(0) / width)
			for i := max(0, heal-binsBeforeHeal); i < len(d.bins[data.Stream]); i++ {
				if b := d.bins[data.Stream][i]; b.Offered > 0 {
					all[n][i-heal] = append(all[n][i-heal], microseconds(b.Most, true))
					h.From, last = min(h.From, i-heal), max(last, i-heal)
				}
			}
		}
	}
	for _, side := range all {
		h.Sides = append(h.Sides, overTrials(side, h.From, last))
	}
	return h
}

// overTrials is the middle, least and most of each bin's values; nil without any.
func overTrials(all map[int][]float64, first, last int) page.Columns {
	if len(all) == 0 {
		return nil
	}
	c := page.Columns{}
	for i := first; i <= last; i++ {
		middle, low, high := math.NaN(), math.NaN(), math.NaN()
		if m, ok := stat.Median(all[i]); ok {
			middle, low, high = m, slices.Min(all[i]), slices.Max(all[i])
		}
		c["middle"], c["low"], c["high"] = append(c["middle"], middle), append(c["low"], low), append(c["high"], high)
	}
	return c
}

// healedBlock shows the recovery; its second result is false where there is none to show.
func healedBlock(f summary.Fix, index int, data page.Fix) (page.Block, bool) {
	h := data.Healed
	if !slices.ContainsFunc(h.Sides, func(c page.Columns) bool { return c != nil }) {
		return page.Block{}, false
	}
	width := time.Duration(h.Width * float64(time.Second))
	return page.Block{
		Title: "Recovery",
		Notes: []string{fmt.Sprintf("How slow the %s were around the heal of the last fault: the slowest of each %s, "+
			"the middle of the judged trials (line), and from the least to the most of any trial (area). A failure "+
			"counts at its time-out.", nounOf(data.Stream), units.Latency(width))},
		Chart: &page.Chart{
			Kind: page.Recovery, Fix: index, Says: "Recovery of " + plain(f.Name) + " from the heal on.",
		},
		Table: healedTable(h, data.Arms),
	}, true
}

func healedTable(h page.Healed, arms []string) page.Table {
	rows := [][]string{{"Since the heal"}}
	longest := 0
	for n, c := range h.Sides {
		rows[0] = append(rows[0], arms[n]+", middle", arms[n]+", least", arms[n]+", most")
		longest = max(longest, len(c["middle"]))
	}
	for i := range longest {
		row, there := []string{fmt.Sprintf("%.3g s", float64(i+h.From)*h.Width)}, false
		for _, c := range h.Sides {
			for _, name := range []string{"middle", "low", "high"} {
				text := "-"
				if i < len(c[name]) && !math.IsNaN(c[name][i]) {
					text, there = units.Latency(time.Duration(1e3*c[name][i])), true
				}
				row = append(row, text)
			}
		}
		if there {
			rows = append(rows, row)
		}
	}
	return page.Rows(rows)
}
