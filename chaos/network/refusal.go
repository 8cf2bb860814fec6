package network

import (
	"sync"

	"aftershock/internal/clock"
)

// Refusal is a connection that the peer network did not make, because of who asked or what was asked for. A member that
// is down is none: its connections are refused by itself.
type Refusal struct {
	At     clock.Nanos
	Source string // the user name, as far as it was read
	Target string // host:port, as far as it was read
	Reason string
}

// refusals keeps the first ones, which name the cause: a member with a wrong proxy address dials ten times a second.
type refusals struct {
	mu    sync.Mutex
	first []Refusal
	total int
}

const keptRefusals = 64

func (r *refusals) add(req request, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total++
	if len(r.first) < keptRefusals {
		r.first = append(r.first, Refusal{At: clock.Now(), Source: req.user, Target: req.target(), Reason: reason})
	}
}

func (r *refusals) list() ([]Refusal, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Refusal(nil), r.first...), r.total
}
