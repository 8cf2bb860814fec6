package results

import (
	"encoding/json"
	"time"
)

// LinkOutage is what a fault did to one client's link, as probes through that link saw it: a small write every 50 ms,
// whatever became of those before it, from the injection to the first success at or after Recovered, of a write started
// after the injection.
type LinkOutage struct {
	Client string `json:"client"`
	Member string `json:"member"` // that the client is pinned to
	// Began is when the fault took effect, or when the first write that failed was started, if that was earlier. A
	// write that took 200 ms has failed as well. It is 0 for a link that was never out of service.
	Began Offset `json:"began_ns,omitempty"`
	// Served is when the first success after that first failure was answered; 0 when none was.
	Served Offset `json:"served_ns,omitempty"`
	// LongestGap is the longest time without a success, the times up to the first and from the last one on included. A
	// link that nothing happens to has one of about 50 ms, the time between two probes.
	LongestGap time.Duration `json:"longest_gap_ns"`
	Sent       int           `json:"sent"`
	Failed     int           `json:"failed"` // those that were still out when the trial ended included
	// Shared are the events of other faults that were under way as well: the outage and all counts are those of all of
	// them.
	Shared []string `json:"shared,omitempty"`

	older bool
}

// Older tells whether the record is of a time when outages counted from the injection: when this one began is not
// known.
func (l LinkOutage) Older() bool { return l.older }

// UnmarshalJSON tells records that have no beginning of an outage from those of a link that never was out of service.
func (l *LinkOutage) UnmarshalJSON(data []byte) error {
	type plain LinkOutage
	old := struct {
		*plain
		FirstSuccess *Offset `json:"first_success_ns"`
	}{plain: (*plain)(l)}
	if err := json.Unmarshal(data, &old); err != nil {
		return err
	}
	l.older = old.FirstSuccess != nil
	return nil
}

// Agreement is the whole cluster at the end of a trial, after everything was healed: all members hold the same.
type Agreement struct {
	Members         int           `json:"members"`
	Revision        int64         `json:"revision"`
	CompactRevision int64         `json:"compact_revision"`
	Hash            uint32        `json:"hash"` // etcd's HashKV at Revision: keys, values and history since CompactRevision
	Took            time.Duration `json:"took_ns"`
	// Error is what differs between which members; the trial is then invalid, and the figures above are 0.
	Error string `json:"error,omitempty"`
}
