package trend

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Stored is a night and the name of its file.
type Stored struct {
	File  string `json:"file"`
	Night Night  `json:"night"`
}

// History is all that a trend is made of.
type History struct {
	Nights    []Stored
	Decisions []Decision
}

// Point is a figure of one night in its series.
type Point struct {
	File      string    `json:"file"`
	At        time.Time `json:"at"`
	Candidate string    `json:"candidate"`
	Value     float64   `json:"value"` // in the unit of the figure's changes
	Low       float64   `json:"low"`
	High      float64   `json:"high"`
	N         int       `json:"n"`
	Outcome   Outcome   `json:"outcome,omitempty"` // of a primary figure
	Why       string    `json:"why,omitempty"`

	figure Figure
}

// Series is a figure through the nights that can be compared.
type Series struct {
	Key     Key      `json:"key"`
	Primary bool     `json:"primary,omitempty"`
	Machine string   `json:"machine"` // of its last night
	Load    string   `json:"load,omitempty"`
	Last    Figure   `json:"last"`
	Points  []Point  `json:"points"`
	Changes []Change `json:"changes,omitempty"`
}

// Trend is what a history says at a time.
type Trend struct {
	Schema int       `json:"schema"`
	At     time.Time `json:"at"`
	Series []Series  `json:"series"`
	Alarms []Alarm   `json:"alarms,omitempty"` // the last first
	// Answers are those of the last night.
	Last    string   `json:"last"` // its file
	Answers []Answer `json:"answers"`
	Missed  []Missed `json:"missed,omitempty"`
	Notes   []string `json:"notes,omitempty"` // what a reader has to know: clocks, decisions about unknown alarms
}

// Of computes what a history says at a time: what expires by then has expired. Nights are taken in the order of when
// they began.
func Of(h History, at time.Time) Trend {
	nights := slices.Clone(h.Nights)
	slices.SortStableFunc(nights, func(a, b Stored) int {
		return cmp.Or(a.Night.Started.Compare(b.Night.Started), cmp.Compare(a.File, b.File))
	})
	t := Trend{Schema: Schema, At: at.UTC(), Series: []Series{}, Answers: []Answer{}, Notes: clockNotes(nights, at)}
	w := &walk{decisions: byAlarm(h.Decisions), open: map[Key]*Alarm{}}
	line := lines{place: map[Key]int{}}
	for _, s := range nights {
		t.Answers, t.Last, t.Missed = w.night(s), s.File, s.Night.Missed
		line.add(s, t.Answers)
	}
	for _, a := range w.open {
		w.settled(a, at)
	}
	t.Series = append(t.Series, line.series...)
	for i := range t.Series {
		t.Series[i].Changes = t.Series[i].changes()
	}
	for _, a := range slices.Backward(w.alarms) {
		a.Since = since(*a, t.Series)
		t.Alarms = append(t.Alarms, *a)
	}
	t.Notes = append(t.Notes, unknownAlarms(h.Decisions, w.alarms)...)
	return t
}

// byAlarm sorts decisions by the alarm that they are about, each alarm's in the order of time.
func byAlarm(all []Decision) map[string][]Decision {
	sorted := slices.SortedStableFunc(slices.Values(all), func(a, b Decision) int { return a.At.Compare(b.At) })
	by := map[string][]Decision{}
	for _, d := range sorted {
		by[d.Alarm] = append(by[d.Alarm], d)
	}
	return by
}

func unknownAlarms(decisions []Decision, alarms []*Alarm) (notes []string) {
	for _, d := range decisions {
		if !slices.ContainsFunc(alarms, func(a *Alarm) bool { return a.ID == d.Alarm }) {
			notes = append(notes, fmt.Sprintf("a decision of %s is about alarm %s, which no night raised", day(d.At),
				d.Alarm))
		}
	}
	return notes
}

// clockNotes says which nights a clock that went backwards has put into a wrong place.
func clockNotes(nights []Stored, at time.Time) (notes []string) {
	started := map[string]time.Time{}
	for _, s := range nights {
		started[s.File] = s.Night.Started
	}
	for _, s := range nights {
		if before, ok := started[s.Night.Previous]; ok && before.After(s.Night.Started) {
			notes = append(notes, fmt.Sprintf("%s was written after %s and begins before it: a clock went backwards, "+
				"and the order of these nights is not to be believed", s.File, s.Night.Previous))
		}
		if s.Night.Started.After(at) {
			notes = append(notes, s.File+" begins in the future: a clock is wrong")
		}
	}
	return notes
}

// lines collects the series.
type lines struct {
	series []Series
	place  map[Key]int
}

func (l *lines) add(s Stored, answers []Answer) {
	for _, r := range s.Night.Runs {
		if r.Confirms {
			continue
		}
		for _, f := range r.Figures {
			k := r.key(f)
			i, ok := l.place[k]
			if !ok {
				i, l.place[k] = len(l.series), len(l.series)
				l.series = append(l.series, Series{Key: k})
			}
			l.series[i].take(s, r, f, answers)
		}
	}
}

func (s *Series) take(night Stored, r Run, f Figure, answers []Answer) {
	p := Point{
		File: night.File, At: night.Night.Started, Candidate: r.Candidate, Value: f.Value, Low: f.Low, High: f.High,
		N: f.N, figure: f,
	}
	for _, a := range answers {
		if f.Primary && a.Key == s.Key {
			p.Outcome, p.Why = a.Outcome, a.Why
		}
	}
	e := night.Night.Environment
	s.Primary, s.Last = f.Primary, f
	s.Machine = fmt.Sprintf("%s of %s, Linux %s, %s, etcd %s", e.Processors(), e.CPU, e.Kernel, e.Go, e.Etcd)
	if r.Load != nil {
		s.Load = fmt.Sprintf("%d %s", r.Load.Value, r.Load.Setting)
	}
	s.Points = append(s.Points, p)
}
