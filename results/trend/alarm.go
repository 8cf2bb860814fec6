package trend

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"aftershock/results/stat"
)

// Alarm is a regression that a night showed twice, and what has become of it.
type Alarm struct {
	ID     string    `json:"id"` // 8 hexadecimal digits
	Key    Key       `json:"key"`
	Raised string    `json:"raised"` // the file of the night that raised it
	At     time.Time `json:"at"`
	Level  float64   `json:"level"` // the estimate of that night, in the unit of the figure's changes
	State  State     `json:"state"`
	// Reason and Expires are those of the last decision, and Says what follows from it: until when an acknowledgement
	// holds, or which night found the figure to be as it should.
	Reason  string    `json:"reason,omitempty"`
	Expires time.Time `json:"expires,omitzero"`
	Says    string    `json:"says,omitempty"`
	Last    string    `json:"last"`            // the last night that showed it
	Since   *Change   `json:"since,omitempty"` // where the change points put it; nil while that cannot be told
	Figure  Figure    `json:"figure"`          // of the night that raised it, or that showed it to have become worse
}

// idOf names an alarm by its series and the night that raised it, alike in every copy of a history.
func idOf(k Key, night string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%#v %s", k, night))
	return hex.EncodeToString(sum[:])[:8]
}

// walk leads the alarms through the nights, in the order of time.
type walk struct {
	decisions map[string][]Decision // by alarm, in the order of time
	open      map[Key]*Alarm
	alarms    []*Alarm
}

// night judges a night, and books what that means for alarms.
func (w *walk) night(s Stored) []Answer {
	references := map[Key]float64{}
	for k, alarm := range w.open {
		if w.settled(alarm, s.Night.Started); alarm.State == Acknowledged {
			references[k] = alarm.Level
		}
	}
	answers := judge(s.Night, references)
	for _, a := range answers {
		w.book(s, a)
	}
	return answers
}

// settled applies the decisions about an alarm that were made by a time, and lets an acknowledgement end.
func (w *walk) settled(a *Alarm, now time.Time) {
	for len(w.decisions[a.ID]) > 0 && !w.decisions[a.ID][0].At.After(now) {
		d := w.decisions[a.ID][0]
		w.decisions[a.ID] = w.decisions[a.ID][1:]
		a.State, a.Reason, a.Expires, a.Says = d.State, d.Reason, d.Expires, ""
		if d.State == Fixed {
			a.Says = "by decision of " + day(d.At)
			delete(w.open, a.Key)
		} else {
			a.Says = "until " + day(d.Expires)
		}
	}
	if a.State == Acknowledged && !a.Expires.After(now) {
		a.State, a.Says = New, "the acknowledgement ended on "+day(a.Expires)
	}
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

// book raises, continues or ends an alarm. One that was acknowledged is held to the level that was accepted: what is
// worse than that makes it new again, for an acknowledgement of +10 % is none of +30 %.
func (w *walk) book(s Stored, a Answer) {
	open := w.open[a.Key]
	switch {
	case a.Outcome == Regressed && open == nil:
		raised := &Alarm{
			ID: idOf(a.Key, s.File), Key: a.Key, Raised: s.File, At: s.Night.Started, Level: a.Figure.Value, State: New,
			Last: s.File, Figure: a.Figure,
		}
		w.open[a.Key] = raised
		w.alarms = append(w.alarms, raised)
	case a.Outcome == Regressed:
		if open.State == Acknowledged {
			open.State, open.Level, open.Figure = New, a.Figure.Value, a.Figure
			open.Says = "worse on " + day(s.Night.Started) + " than what was acknowledged"
		}
		open.Last = s.File
	case open != nil && asExpected(a):
		open.State, open.Says = Fixed, "found on "+day(s.Night.Started)+" to be as it should"
		delete(w.open, a.Key)
	}
}

// asExpected tells whether a night shows a figure to be no worse than expected by as much as the margin. That no
// regression was found is not enough: a noisy night would end every alarm.
func asExpected(a Answer) bool {
	if a.Outcome == Invalid {
		return false
	}
	c, err := a.Figure.against(a.Figure.Expect)
	return err == nil && stat.NonInferior(c, a.Figure.Margin)
}
