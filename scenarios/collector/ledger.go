package collector

import "sync"

// ledger is the answers that callers got for their records.
type ledger struct {
	mu      sync.Mutex
	answers map[string]bool // ID -> that it is kept
}

func (l *ledger) note(id string, kept bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers[id] = kept
}

// balance counts the differences between the answers and the truth.
type balance struct {
	falseFailures uint64 // records whose caller was told that they are not kept, and they are
	duplicates    uint64 // copies beyond the first
	lost          uint64 // records whose caller was told that they are kept, and they are not
}

// compare holds the answers against how often each record is there. All writers have ended. A record that is in no
// answer belongs to another client.
func (l *ledger) compare(copies map[string]uint64) (b balance) {
	for id, kept := range l.answers {
		n := copies[id]
		switch {
		case kept && n == 0:
			b.lost++
		case !kept && n > 0:
			b.falseFailures++
		}
		if n > 1 {
			b.duplicates += n - 1
		}
	}
	return b
}
