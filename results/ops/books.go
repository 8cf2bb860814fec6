package ops

// Books are the counts of a stream's operations: offered = ok + failed + missed, always.
type Books struct {
	Offered int            `json:"offered"`
	OK      int            `json:"ok"`
	Failed  int            `json:"failed"`
	Missed  int            `json:"missed"`
	Reasons map[Reason]int `json:"reasons,omitempty"` // of those that failed or were missed
}

// Count adds one operation. One whose slot is empty is offered and nothing else, and so unbalances the books.
func (b *Books) Count(r Record) {
	b.Offered++
	switch r.Outcome {
	case OK:
		b.OK++
		return
	case Failed:
		b.Failed++
	case Missed:
		b.Missed++
	default:
		return
	}
	if b.Reasons == nil {
		b.Reasons = map[Reason]int{}
	}
	b.Reasons[r.Reason]++
}

// Balanced tells whether every operation that was offered is accounted for, each failure and miss with its reason.
func (b Books) Balanced() bool {
	failed, missed := 0, 0
	for reason, count := range b.Reasons {
		switch reason.Outcome() {
		case Failed:
			failed += count
		case Missed:
			missed += count
		default: // no reason for either
			return false
		}
	}
	return b.Offered == b.OK+b.Failed+b.Missed && failed == b.Failed && missed == b.Missed
}

// Books counts the operations of a stream.
func (t *Table) Books(stream int) (b Books) {
	for n := range t.Streams[stream].Slots {
		word := atomicWord(t.slot(stream, n)).Load() // all that counting needs
		b.Count(Record{Outcome: Outcome(word), Reason: Reason(word >> 8)})
	}
	return b
}

// Books counts the operations of a stream.
func (l *Log) Books(stream int) (b Books) {
	for n := range l.Streams[stream].Slots {
		slot := l.slot(stream, n)
		b.Count(Record{Outcome: Outcome(slot[0]), Reason: Reason(slot[1])})
	}
	return b
}
