package report

import (
	"math"
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/report/page"
	"aftershock/results/stat"
	"aftershock/results/summary"
	"aftershock/results/timeline"
)

// data is the trial as page.js draws it.
func (d *drawn) data() page.Trial {
	t := page.Trial{
		Widths: map[string]float64{}, Streams: map[string]page.Columns{}, Faults: []page.Span{}, Leaders: []page.Mark{},
	}
	for name, bins := range d.bins {
		t.Streams[name], t.Widths[name] = d.columns(bins, d.widths[name]), d.widths[name].Seconds()
	}
	for _, f := range d.record.Faults {
		if from, to, ok := spanOf(f, d.length); ok {
			t.Faults = append(t.Faults, page.Span{Name: plain(f.Fault), From: offset(from), To: offset(to)})
		}
	}
	for _, l := range d.leaders {
		t.Leaders = append(t.Leaders, page.Mark{Name: plain(l.Name), At: offset(l.At)})
	}
	return t
}

// spanOf is when a fault was at work: from its effect to its heal, of one that is not held to its recovery, and of one
// that was not healed to the trial's end.
func spanOf(f results.Fault, length time.Duration) (from, to results.Offset, ok bool) {
	from = max(f.Effective, f.Done)
	if from == 0 {
		from = f.Injected
	}
	switch {
	case f.Healed >= from && f.Healed > 0:
		to = f.Healed
	case f.Recovered >= from && f.Recovered > 0:
		to = f.Recovered
	default:
		to = max(from, results.Offset(length))
	}
	return from, to, from > 0
}

// offset is a moment in seconds, to the millisecond: no chart is wider.
func offset(at results.Offset) float64 { return math.Round(at.Sub(0).Seconds()*1e3) / 1e3 }

// columns are bins as charts have them. Part is which share of a bin the load was open for, where that is not all of
// it: a rate would look as if half of the load were lost where half of a bin is a closed loop.
func (d *drawn) columns(bins []timeline.Bin, width time.Duration) page.Columns {
	c := page.Columns{}
	for i, b := range bins {
		if part := d.open(time.Duration(i)*width, time.Duration(i+1)*width); part < 1 {
			if c["part"] == nil {
				c["part"] = slices.Repeat(page.Column{1}, len(bins))
			}
			c["part"][i] = part
		}
		due, ok := math.NaN(), math.NaN() // where nothing was due, nothing came out: that is no 0
		if b.Offered > 0 {
			due, ok = float64(b.Offered), float64(b.OK)
		}
		c["due"], c["ok"] = append(c["due"], due), append(c["ok"], ok)
		for name, v := range map[string]time.Duration{"least": b.Least, "middle": b.Middle, "most": b.Most} {
			c[name] = append(c[name], microseconds(v, b.Offered > 0))
		}
	}
	return c
}

// leastOpen keeps the rate of the rest of a bin from being that of a single operation.
const leastOpen = 0.05

// open is which share of a stretch of time lies within the trial and outside of its closed loops.
func (d *drawn) open(from, to time.Duration) float64 {
	left := min(to, d.length) - from
	for _, c := range d.record.Capacity {
		left -= max(0, min(to, d.length, c.To.Sub(0))-max(from, c.From.Sub(0)))
	}
	return min(1, max(leastOpen, float64(left)/float64(to-from)))
}

// microseconds is a time as charts have it; what is not known is drawn nowhere. No logarithm has a place for 0.
func microseconds(d time.Duration, known bool) float64 {
	if !known {
		return math.NaN()
	}
	return max(float64(d)/1e3, 1e-3)
}

// series is one side of a fix's spectra: an arm, in a phase.
type series struct {
	arm   results.Arm
	phase string
}

// spectrumOf is a side's quantiles over the trials of the judged pairs. Operations are not pooled: each quantile is
// that of each trial, of which the middle, the least and the most are shown, as everywhere else.
func (t timelines) spectrumOf(f summary.Fix, of series) page.Columns {
	var trials [][]timeline.Quantile
	for _, block := range judgedBlocks(f) {
		d, _ := t.of(f.Fix, block, of.arm)
		if d == nil {
			continue
		}
		if quantiles := d.spectra[d.sources[f.Fix.Primary]][of.phase]; quantiles != nil {
			trials = append(trials, quantiles)
		}
	}
	if len(trials) == 0 {
		return nil
	}
	c := page.Columns{}
	for i := range timeline.Shares {
		var values []float64
		for _, quantiles := range trials {
			if quantiles[i].Known {
				values = append(values, microseconds(quantiles[i].Value, true))
			}
		}
		middle, low, high := math.NaN(), math.NaN(), math.NaN()
		if m, ok := stat.Median(values); ok && len(values) == len(trials) {
			middle, low, high = m, slices.Min(values), slices.Max(values)
		}
		c["middle"], c["low"], c["high"] = append(c["middle"], middle), append(c["low"], low), append(c["high"], high)
	}
	return c
}

// judgedBlocks are the pairs that a fix's primary metric rests on.
func judgedBlocks(f summary.Fix) []int { return f.Primary.Before.Pairs }

// judgedData is the primary metric of each pair.
func judgedData(s summary.Summary, f summary.Fix) page.Judged {
	r := f.Primary
	j := page.Judged{
		Name: longName(f.Fix.Primary), Unit: page.Number, Log: r.Scale == stat.Ratio, Pairs: []int{},
		Values: []page.Column{{}, {}}, Bounds: [][]bool{{}, {}}, Disturbed: []bool{},
	}
	factor := 1.0
	switch r.Unit {
	case "ns":
		j.Unit, factor = page.Time, 1e-3
	case "s":
		j.Unit, factor = page.Time, 1e6
	case "share":
		j.Unit, factor = page.Share, 100
	}
	disturbed := disturbedBlocks(s, f.Group)
	for i := range min(len(r.Before.Values), len(r.After.Values)) {
		number := r.Before.Pairs[i]
		j.Pairs, j.Disturbed = append(j.Pairs, number), append(j.Disturbed, disturbed[number])
		for n, side := range []summary.Side{r.Before, r.After} {
			v := side.Values[i] * factor
			j.Values[n] = append(j.Values[n], v)
			j.Bounds[n] = append(j.Bounds[n], i < len(side.Bounds) && side.Bounds[i])
			j.Log = j.Log && v > 0
		}
	}
	return j
}

// disturbedBlocks are those judged blocks of a group during which others took more than a little of the machine.
func disturbedBlocks(s summary.Summary, group string) map[int]bool {
	all := map[int]bool{}
	for _, c := range s.Choices {
		for _, a := range c.Blocks {
			if c.Group == group && a.Judged && a.Scored && a.Score > stat.Disturbed {
				all[a.Block] = true
			}
		}
	}
	return all
}
