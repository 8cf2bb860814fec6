package trend

import (
	"math"
	"time"

	"aftershock/results/stat"
)

// Change is a point from which on a figure has another level. It says since when, and never raises an alarm: when all
// nights are divided again each night, a series in which nothing changed has a change point sooner or later.
type Change struct {
	File  string    `json:"file"` // the first night of the new level
	At    time.Time `json:"at"`
	Index int       `json:"index"` // among the points of the series
	// Earliest and Latest are between which points the change lies, with 95 % confidence: each is the first of the new
	// level, or could be. Index is the likeliest.
	Earliest int `json:"earliest"`
	Latest   int `json:"latest"`
	// After and UpTo are the range of commits: the candidate of the last night before Earliest, and that of Latest.
	// Where they are equal the program did not change meanwhile.
	After  string  `json:"after"`
	UpTo   string  `json:"up_to"`
	From   float64 `json:"from"` // median of the nights before, back to the change point before; in the unit of changes
	To     float64 `json:"to"`
	P      float64 `json:"p"`      // of the permutation test
	Nights int     `json:"nights"` // of the new level, up to the next change point
	Harm   bool    `json:"harm,omitempty"`
}

// Dividing is how series are divided: by at least three nights on either side, at 1 %.
var Dividing = Division{Least: 3, Permutations: 299, Level: 0.01, Seed: 1}

// window is how many of a series' last nights are divided: the time of that grows with the square of their number.
const window = 400

// changes are the change points of a series. Nights without an estimate are passed over, and so are bounds: how far the
// figure lies beyond them is not known.
func (s Series) changes() (all []Change) {
	var values []float64
	var places []int
	for i, p := range s.Points {
		if p.figure.N > 0 && p.figure.Open == stat.Closed {
			values, places = append(values, p.Value), append(places, i)
		}
	}
	if more := len(values) - window; more > 0 {
		values, places = values[more:], places[more:]
	}
	points := Dividing.Breaks(values)
	ends := bounds(points, len(values))
	for i, p := range points {
		before, _ := stat.Median(values[ends[i]:p.At])
		since, _ := stat.Median(values[p.At:ends[i+2]])
		low, high := span(values[ends[i]:ends[i+2]], p.At-ends[i], Dividing.Least)
		low, high = low+ends[i], high+ends[i]
		first := s.Points[places[p.At]]
		all = append(all, Change{
			File: first.File, At: first.At, Index: places[p.At], Earliest: places[low], Latest: places[high],
			After: s.Points[places[low-1]].Candidate, UpTo: s.Points[places[high]].Candidate,
			From: before, To: since, P: p.P,
			Nights: ends[i+2] - p.At, Harm: s.Last.worse(since-before) > 0,
		})
	}
	return all
}

// nearby is how many nights a change point may lie from the night that raised an alarm, to be the place where it began.
// Later ones count, because chance shifts a change point by a night or two.
const (
	before = 10
	after  = 2
)

// since finds the change point that an alarm is about: the nearest that did harm.
func since(a Alarm, all []Series) (best *Change) {
	for _, s := range all {
		if s.Key != a.Key {
			continue
		}
		raised := 0
		for i, p := range s.Points {
			if p.File == a.Raised {
				raised = i
			}
		}
		distance := math.MaxInt
		for _, c := range s.Changes {
			if d := raised - c.Index; c.Harm && d <= before && d >= -after && max(d, -d) < distance {
				best, distance = &c, max(d, -d)
			}
		}
	}
	return best
}
