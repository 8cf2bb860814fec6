package results

import "time"

// LinkOutage is what a fault did to one client's link, as probes through that link saw it: a small write every 50 ms,
// whatever became of those before it, from the injection to the first success at or after Recovered, of a write started after the injection.
type LinkOutage struct {
	Client string `json:"client"`
	Member string `json:"member"` // that the client is pinned to
	// FirstSuccess is when the first successful probe of those that were started after the injection was answered. It may
	// come before the harm: that of a rolling restart, say, is seen only in LongestGap.
	FirstSuccess Offset `json:"first_success_ns,omitempty"`
	// LongestGap is the longest time without a success, the times up to the first and from the last one on included. A link
	// that nothing happens to has one of about 50 ms, the time between two probes.
	LongestGap time.Duration `json:"longest_gap_ns"`
	Sent       int           `json:"sent"`
	Failed     int           `json:"failed"` // those that were still out when the trial ended included
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
