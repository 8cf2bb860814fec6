package page

import (
	"math"
	"strconv"
)

// Data is what page.js draws, under the names that it knows. Times on an axis are in seconds, times of operations in
// microseconds.
type Data struct {
	Fixes  []Fix            `json:"fixes"`
	Trials map[string]Trial `json:"trials"`
}

// Fix is the charts of one fix.
type Fix struct {
	Arms    []string             `json:"arms"`   // those whose trials are drawn
	Pairs   []Pair               `json:"pairs"`  // of trials
	Stream  string               `json:"stream"` // whose response times are drawn
	Counted string               `json:"counted"`
	Noun    string               `json:"noun"`    // what Counted has
	Sides   []string             `json:"sides"`   // those of Spectra and Judged: the arms, or two phases of one
	Measure string               `json:"measure"` // of Spectra
	Timeout float64              `json:"timeout"` // at which it is cut off; 0 where it is not
	Shares  Column               `json:"shares"`
	Phases  []string             `json:"phases"`  // the keys of Spectra, in the order of their menu
	Spectra map[string][]Columns `json:"spectra"` // middle, low and high, one a side; nil without operations
	Judged  Judged               `json:"judged"`
	Healed  Healed               `json:"healed"`
}

// Healed is how slow operations still were from the heal of the last fault on: of each side the middle, least and most
// of the judged trials' slowest operation, by bins.
type Healed struct {
	Width float64   `json:"width"` // of a bin, in seconds
	From  int       `json:"from"`  // the first bin, counted from that of the heal
	Sides []Columns `json:"sides"` // middle, low and high, one a side; nil without any
}

// Pair is the trials of one block.
type Pair struct {
	Says   string   `json:"says"`   // its faults and leaders
	Trials []string `json:"trials"` // keys of Data.Trials, one an arm; empty where there is none
}

// Trial is the time line of one trial.
type Trial struct {
	Widths  map[string]float64 `json:"widths"`  // of a bin, in seconds, by stream
	Streams map[string]Columns `json:"streams"` // due, ok, least, middle, most and part of each bin
	Faults  []Span             `json:"faults"`
	Leaders []Mark             `json:"leaders"`
}

// Span is a fault from its effect to its heal, in seconds.
type Span struct {
	Name string  `json:"name"`
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// Mark is a change of leader.
type Mark struct {
	Name string  `json:"name"`
	At   float64 `json:"at"`
}

// Judged is the primary metric of each pair, in the order in which they were run.
type Judged struct {
	Name      string   `json:"name"`
	Unit      Unit     `json:"unit"`
	Log       bool     `json:"log"`
	Pairs     []int    `json:"pairs"`  // their numbers
	Values    []Column `json:"values"` // one a side
	Bounds    [][]bool `json:"bounds"` // the true value is at least that
	Disturbed []bool   `json:"disturbed"`
}

// Unit is how numbers of a chart are written.
type Unit string

// The units that page.js knows.
const (
	Time   Unit = "time"  // in microseconds
	Share  Unit = "share" // in percent
	Number Unit = "number"
)

// Columns are columns of one table by name.
type Columns map[string]Column

// Column is numbers, of which four digits are written, or all in front of the point: a chart has no more. What is no
// number is null.
type Column []float64

// MarshalJSON writes the numbers without a call for each.
func (c Column) MarshalJSON() ([]byte, error) {
	text := append(make([]byte, 0, 6*len(c)+2), '[')
	for i, v := range c {
		if i > 0 {
			text = append(text, ',')
		}
		switch size := math.Abs(v); {
		case math.IsNaN(v) || math.IsInf(v, 0):
			text = append(text, "null"...)
		case size >= 1e4 && size < 1e15:
			text = strconv.AppendInt(text, int64(math.Round(v)), 10)
		default:
			text = strconv.AppendFloat(text, v, 'g', 4, 64)
		}
	}
	return append(text, ']'), nil
}
