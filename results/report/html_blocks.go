package report

import (
	"fmt"
	"strconv"
	"time"

	"aftershock/internal/units"
	"aftershock/results/report/page"
	"aftershock/results/stat"
	"aftershock/results/summary"
	"aftershock/results/timeline"
)

// mostRowsOfTime is how many rows a table of a time line has; page.js makes as many.
const mostRowsOfTime = 30

// shownTrials are the trials of the pair that is shown first, one an arm, nil where there is none.
func (t timelines) shownTrials(data page.Fix, shown int) []*drawn {
	all := make([]*drawn, len(data.Arms))
	for i, key := range data.Pairs[shown].Trials {
		all[i] = t.trials[key]
	}
	return all
}

func (t timelines) latencyBlock(f summary.Fix, index int, menu []string, shown int, data page.Fix) page.Block {
	trials := t.shownTrials(data, shown)
	return page.Block{
		Title: "Latency over time",
		Notes: []string{fmt.Sprintf("Response times of the %s that were due in each %s of a pair: the slowest (line), "+
			"the middle one (dashed), and all from the fastest to the slowest (area). A failure counts at "+
			"its time-out. Grey: a fault at work. Triangles: a new leader. No line: nothing was due, as while the "+
			"load "+
			"is a closed loop.",
			nounOf(data.Stream), units.Latency(widthOf(trials, data.Stream)))},
		Chart: &page.Chart{
			Kind: page.Latency, Fix: index, Pick: "Shown:", Menu: menu, Shown: shown,
			Says: "Latency over time of " + plain(f.Name) + ", " + menu[shown] + ". " + data.Pairs[shown].Says,
		},
		Table: timeTable(trials, data.Arms, data.Stream, latencyColumns),
	}
}

func (t timelines) completeBlock(f summary.Fix, index int, menu []string, shown int, data page.Fix) page.Block {
	trials := t.shownTrials(data, shown)
	return page.Block{
		Title: "Complete " + data.Noun + " and goodput",
		Notes: []string{"How many of the " + data.Noun + " that were due at that time came out complete. What of the " +
			"grey area lies above a line failed or was missed."},
		Chart: &page.Chart{
			Kind: page.Complete, Fix: index, Pick: "Shown:", Menu: menu, Shown: shown,
			Says: "Complete " + data.Noun + " over time of " + plain(f.Name) + ", " + menu[shown] + ".",
		},
		Table: timeTable(trials, data.Arms, data.Counted, completeColumns),
	}
}

// columns are what a table of a time line has for each arm.
type columns struct {
	head  []string
	cells func(timeline.Bin) []string
}

var latencyColumns = columns{[]string{"due", "fastest", "slowest"}, func(b timeline.Bin) []string {
	return []string{strconv.Itoa(b.Offered), orNone(b, b.Least), orNone(b, b.Most)}
}}

var completeColumns = columns{[]string{"due", "complete", "goodput"}, func(b timeline.Bin) []string {
	goodput := "-"
	if b.Offered > 0 {
		goodput = percent(float64(b.OK) / float64(b.Offered))
	}
	return []string{strconv.Itoa(b.Offered), strconv.Itoa(b.OK), goodput}
}}

func orNone(b timeline.Bin, d time.Duration) string {
	if b.Offered == 0 {
		return "-"
	}
	return units.Latency(d)
}

// widthOf is how wide the bins of a stream of a block's trials are.
func widthOf(trials []*drawn, stream string) time.Duration {
	for _, d := range trials {
		if d != nil && d.widths[stream] > 0 {
			return d.widths[stream]
		}
	}
	return time.Second
}

// timeTable has a row for each so many bins of trials of one block, which have the same bins.
func timeTable(trials []*drawn, arms []string, stream string, of columns) page.Table {
	rows := [][]string{{"From"}}
	longest := 0
	for i, d := range trials {
		for _, title := range of.head {
			rows[0] = append(rows[0], arms[i]+", "+title)
		}
		if d != nil {
			longest = max(longest, len(d.bins[stream]))
		}
	}
	each := max(1, (longest+mostRowsOfTime-1)/mostRowsOfTime)
	width := widthOf(trials, stream) * time.Duration(each)
	for n := range (longest + each - 1) / each {
		row := []string{fmt.Sprintf("%.3g s", (width * time.Duration(n)).Seconds())}
		for _, d := range trials {
			merged := []timeline.Bin(nil)
			if d != nil {
				merged = timeline.Merge(d.bins[stream], each)
			}
			if n < len(merged) {
				row = append(row, of.cells(merged[n])...)
			} else {
				row = append(row, "-", "-", "-")
			}
		}
		rows = append(rows, row)
	}
	return page.Rows(rows)
}

func spectrumBlock(index, shown int, data page.Fix) page.Block {
	rows := [][]string{{"Of all"}}
	for _, side := range data.Sides {
		rows[0] = append(rows[0], side+", middle", side+", least", side+", most")
	}
	for i, share := range timeline.Shares {
		row, there := []string{fmt.Sprintf("%.5g %%", 100*share)}, false
		for _, c := range data.Spectra[data.Phases[shown]] {
			for _, name := range []string{"middle", "low", "high"} {
				text := "-"
				if c != nil && c[name][i] == c[name][i] { // no NaN
					text, there = units.Latency(time.Duration(1e3*c[name][i])), true
				}
				row = append(row, text)
			}
		}
		if there {
			rows = append(rows, row)
		}
	}
	return page.Block{
		Title: "Percentiles",
		Notes: []string{"How long so many of all operations took at most: the middle of the judged trials (line), " +
			"and from the least to the most of any trial (area). Each further nine has the same room. Both axes are " +
			"of logarithms; a percentile with few operations beyond it is not shown."},
		Chart: &page.Chart{
			Kind: page.Spectrum, Fix: index, Pick: "Phase:", Menu: data.Phases, Shown: shown,
			Says: "Percentiles of the " + data.Measure + " in " + data.Phases[shown] + ".",
		},
		Table: page.Rows(rows),
	}
}

// pairCells are the cells of the i-th pair of a row: its number, both values, and the change between them.
func pairCells(r summary.Row, i, number int, changes []stat.PairChange) []page.Cell {
	change := "-"
	if i < len(changes) {
		change = units.Bound(changes[i].Value, r.Unit, relative(r), string(changes[i].Open))
	}
	return []page.Cell{
		{Text: strconv.Itoa(number)}, valueCell(r.Before, i, r.Unit), valueCell(r.After, i, r.Unit), {Text: change},
	}
}

func pairsBlock(f summary.Fix, index int, j page.Judged) page.Block {
	r := f.Primary
	t := page.Table{Head: []string{"Pair", "Before", "After", "Change", "Machine"}}
	changes := r.PairChanges()
	for i, number := range j.Pairs {
		machine := "calm"
		if j.Disturbed[i] {
			machine = "disturbed"
		}
		t.Rows = append(t.Rows, append(pairCells(r, i, number, changes), page.Cell{Text: machine}))
	}
	return page.Block{
		Title: "Pairs, in the order in which they were run",
		Notes: []string{longName(f.Fix.Primary) + " of each trial: before (dots) and after (squares). Hollow: others " +
			"took more than a little of the machine meanwhile, which widens an interval and bends none. Triangle: " +
			"the true value is at least that."},
		Chart: &page.Chart{Kind: page.Pairs, Fix: index, Says: longName(f.Fix.Primary) + " of each pair."},
		Table: t,
	}
}

func valueCell(s summary.Side, i int, unit string) page.Cell {
	text := units.Format(s.Values[i], unit)
	if i < len(s.Bounds) && s.Bounds[i] {
		text = ">=" + text
	}
	return page.Cell{Text: text, Value: exact(s.Values[i])}
}
