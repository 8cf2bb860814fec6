package trend

import (
	"path"
	"time"

	"aftershock/internal/jsonfile"
	"aftershock/internal/nearest"
)

// State says what has become of an alarm.
type State string

// The states. New is also what an acknowledged alarm becomes again when its time is over, or when the figure becomes
// worse still.
const (
	New          State = "new"
	Acknowledged State = "acknowledged"
	Fixed        State = "fixed"
)

// Decision is what a person says about an alarm. Its file is written once, beside the nights.
type Decision struct {
	Schema  int       `json:"schema"`
	At      time.Time `json:"at"`    // to the nanosecond: one decision may follow another within a second
	Alarm   string    `json:"alarm"` // its ID
	State   State     `json:"state"` // Acknowledged or Fixed
	Reason  string    `json:"reason"`
	Expires time.Time `json:"expires,omitzero"` // of an acknowledgement
}

// Text is a decision's file: its name and its bytes.
func (d Decision) Text() (name string, data []byte, err error) { return text(d.At, d) }

// ParseDecision reads a decision's file, as Parse reads a night's.
func ParseDecision(name string, data []byte) (Decision, error) {
	d, err := jsonfile.Read(name, data, checkDecision)
	if err != nil {
		return Decision{}, err
	}
	if err := checkName(path.Base(name), data, d.At); err != nil {
		return Decision{}, err
	}
	return d, nil
}

func checkDecision(d *Decision, report jsonfile.Report) {
	if d.Schema != Schema {
		report("schema", "is %d (this program knows %d)", d.Schema, Schema)
		return
	}
	required(report, "alarm", d.Alarm)
	required(report, "reason", d.Reason)
	if d.At.IsZero() {
		report("at", "is no time")
	}
	switch d.State {
	case Acknowledged:
		if !d.Expires.After(d.At) {
			report("expires", "is not after at: an acknowledgement has an end")
		}
	case Fixed:
	default:
		report("state", "%v", nearest.Unknown("state", string(d.State), []string{string(Acknowledged), string(Fixed)}))
	}
}
