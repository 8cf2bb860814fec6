package bisect

import (
	"fmt"
	"time"

	"aftershock/internal/jsonfile"
	"aftershock/results"
	"aftershock/results/stat"
)

// Schema is the version of a log.
const Schema = 1

// File is the log's name in its folder, which holds the steps' runs as well.
const File = "bisect.json"

// Log is all that a bisect has done: enough to read it, and to resume it.
type Log struct {
	Schema         int            `json:"schema"`
	Started        time.Time      `json:"started"`
	Scenario       string         `json:"scenario"`        // as it was given
	ScenarioDigest string         `json:"scenario_digest"` // SHA-256 of the file
	Fix            string         `json:"fix"`
	Figure         results.Metric `json:"figure"`
	Level          float64        `json:"level"`
	Pairs          int            `json:"pairs"` // a step
	Seed           uint64         `json:"seed"`  // of the first step; each further one has the next
	Good           string         `json:"good"`  // as it was given, and so is Bad
	Bad            string         `json:"bad"`
	Revisions      []Revision     `json:"revisions"`         // GOOD first, BAD last
	Program        string         `json:"program,omitempty"` // the digest of what GOOD was built to
	// Scale, Unit and Margin are the figure's, once a step was measured. The margin is a difference (Study.Margin).
	Scale  stat.Scale `json:"scale,omitempty"`
	Unit   string     `json:"unit,omitempty"`
	Margin float64    `json:"margin,omitempty"`
	Steps  []Step     `json:"steps"`
}

// Revision is a commit, and what it says of itself.
type Revision struct {
	Commit  string `json:"commit"`
	Subject string `json:"subject"`
}

// State is what the steps so far say.
func (l Log) State() State {
	return Study{Revisions: len(l.Revisions) - 1, Level: l.Level, Margin: l.Margin}.After(l.Steps)
}

// Twin finds a revision that was built to the same bytes as another one, by the digest of that. A revision that was
// built before has none: it may be measured again, also where a later one turned out to be the same.
func (l Log) Twin(revision int, program string) (twin int, ok bool) {
	if program == l.Program {
		return 0, true
	}
	for _, s := range l.Steps {
		switch {
		case s.Program == "":
		case s.Revision == revision:
			return 0, false
		case s.Program == program && !ok:
			twin, ok = s.Revision, true
		}
	}
	return twin, ok
}

// Parse reads a log. Name is its path, for errors. All problems are reported as file:line:column: field: message.
func Parse(name string, data []byte) (Log, error) { return jsonfile.Read(name, data, checkLog) }

func checkLog(l *Log, report jsonfile.Report) {
	if l.Schema != Schema {
		report("schema", "is %d (this program knows %d)", l.Schema, Schema)
		return
	}
	for _, f := range []struct{ name, value string }{
		{"scenario", l.Scenario}, {"scenario_digest", l.ScenarioDigest}, {"fix", l.Fix}, {"figure.name", l.Figure.Name},
		{"good", l.Good}, {"bad", l.Bad},
	} {
		if f.value == "" {
			report(f.name, "is empty")
		}
	}
	if l.Started.IsZero() {
		report("started", "is no time")
	}
	if err := CheckLevel(l.Level); err != nil {
		report("level", "%v", err)
	}
	if l.Pairs < 1 || l.Pairs > stat.MaxPairs {
		report("pairs", "is %d (allowed: 1 to %d)", l.Pairs, stat.MaxPairs)
	}
	if l.Margin != 0 && !(l.Margin >= LeastMargin && l.Margin < largest) {
		report("margin", "is %v (allowed: %g or more, or 0 before anything was measured)", l.Margin, LeastMargin)
	}
	if len(l.Revisions) < 2 {
		report("revisions", "has %d entries (allowed: 2 or more)", len(l.Revisions))
	}
	for i, s := range l.Steps {
		s.check(*l, fmt.Sprintf("steps[%d]", i), report)
	}
}

func (s Step) check(l Log, path string, report jsonfile.Report) {
	last := len(l.Revisions) - 1
	if s.Revision < 1 || s.Revision > last {
		report(path+".revision", "is %d (allowed: 1 to %d)", s.Revision, last)
	}
	if s.Twin < 0 || s.Twin > last || s.Twin == s.Revision {
		report(path+".twin", "is %d (allowed: another revision, 0 to %d)", s.Twin, last)
	}
	switch s.Outcome {
	case Measured, Same, Unbuilt, Void:
	default:
		report(path+".outcome", "is %q (allowed: %s, %s, %s, %s)", s.Outcome, Measured, Same, Unbuilt, Void)
	}
	m := s.Measured
	if (m != nil) != (s.Outcome == Measured) {
		report(path+".outcome", "is %q, and there must be a measurement exactly where it is %q", s.Outcome, Measured)
		return
	}
	if m == nil {
		return
	}
	if !(m.Value > -largest && m.Value < largest) || !(m.Error >= 0 && m.Error < largest) {
		report(path+".measured", "has the value %v and the error %v (allowed: finite, error 0 or more)", m.Value,
			m.Error)
	}
	if m.Pairs < 1 || m.Pairs > stat.MaxPairs {
		report(path+".measured.pairs", "is %d (allowed: 1 to %d)", m.Pairs, stat.MaxPairs)
	}
	if l.Margin == 0 {
		report("margin", "is 0, and %s was measured", path)
	}
}

// The levels that may be asked for: below a half two revisions could have it, and no model is as good as its last
// digit.
const (
	leastLevel = 0.5
	mostLevel  = 0.9999
)

// CheckLevel refuses a level that nothing could be named at, or anything.
func CheckLevel(level float64) error {
	if !(level > leastLevel && level <= mostLevel) {
		return fmt.Errorf("is %g%% (allowed: above %g%% to %g%%)", 100*level, 100*leastLevel, 100*mostLevel)
	}
	return nil
}
