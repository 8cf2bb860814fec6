package trend

import (
	"math"

	"aftershock/internal/units"
	"aftershock/results/stat"
)

// amount is the size of a difference as a report shows it, upwards.
func (f Figure) amount(d float64) string {
	return units.Change(f.Scale.Change(math.Abs(d)), f.Unit, f.Scale == stat.Ratio)
}

// Shown is the figure's change with its interval, as a report shows it.
func (f Figure) Shown() string {
	if f.N == 0 || f.Open == stat.OpenBoth {
		return "none"
	}
	relative := f.Scale == stat.Ratio
	value, low, high := f.Scale.Change(f.Value), f.Scale.Change(f.Low), f.Scale.Change(f.High)
	if f.Method == stat.NoInterval {
		return units.Bound(value, f.Unit, relative, string(f.Open))
	}
	return units.OpenInterval(value, low, high, f.Unit, relative, string(f.Open))
}

// Level prints a difference of the figure as a report shows it.
func (f Figure) Level(d float64) string {
	return units.Change(f.Scale.Change(d), f.Unit, f.Scale == stat.Ratio)
}

// Medians are those of both arms, baseline -> candidate.
func (f Figure) Medians() string {
	b, ok := stat.Median(f.Before)
	a, also := stat.Median(f.After)
	if !ok || !also {
		return "none"
	}
	return units.Format(b, f.Unit) + " -> " + units.Format(a, f.Unit)
}

// Shown is the night's change with its interval.
func (p Point) Shown() string { return p.figure.Shown() }
