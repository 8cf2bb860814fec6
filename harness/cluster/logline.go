package cluster

import (
	"encoding/json"
	"strings"
	"time"

	"aftershock/chaos"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// logLine is a line of etcd's JSON log, with the fields that the spy looks at.
type logLine struct {
	At        string `json:"ts"`
	Message   string `json:"msg"`
	Saved     uint64 `json:"snapshot-index"`
	Incoming  uint64 `json:"incoming-leader-snapshot-index"`
	Compacted uint64 `json:"compact-index"`
}

// stampLayout is that of etcd's time stamps: of whole microseconds since 3.5, of milliseconds before.
const stampLayout = "2006-01-02T15:04:05.999999Z0700"

// hearLine hears a line of the log of a member that is another program, read at the given time.
func (s *raftSpy) hearLine(line []byte, read time.Time) {
	var l logLine
	if len(line) == 0 || line[0] != '{' || json.Unmarshal(line, &l) != nil {
		return
	}
	if l.Message != logCompacted && !hears(l.Message) {
		return
	}
	// Its stamp is the wall clock's; how long ago that was is the same by each clock. Without a stamp that can be
	// read it is the time of reading, which is a moment late.
	entry := zapcore.Entry{Message: l.Message, Time: read}
	if at, err := time.Parse(stampLayout, l.At); err == nil {
		entry.Time = read.Add(-max(0, read.Round(0).Sub(at.Add(coarseness(l.At)))))
	}
	if l.Message == logCompacted {
		s.observe(s.about(entry, chaos.LogCompacted, l.Compacted))
		return
	}
	_ = s.Write(entry, []zapcore.Field{ // it has no error to give
		zap.Uint64("snapshot-index", l.Saved), zap.Uint64("incoming-leader-snapshot-index", l.Incoming),
	})
}

// logCompacted is said at the info level before 3.6. Since then it has to be inferred (raftSpy.hearCompaction).
const logCompacted = "compacted Raft logs"

// coarseness is how much later than its stamp a line may have been written. An observation may be late by that; one
// that is early could lie before the fault that caused it.
func coarseness(stamp string) time.Duration {
	_, fraction, _ := strings.Cut(stamp, ".")
	if digits := strings.IndexAny(fraction, "Z+-"); digits <= 3 {
		return time.Millisecond
	}
	return 0
}
