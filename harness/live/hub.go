package live

import (
	"encoding/json"
	"errors"
	"strconv"
	"sync"
)

// The bounds of a hub.
const (
	queued      = 64  // events that a viewer may be behind by: some ten seconds
	mostViewers = 256 // at a time
)

// Message is an event as a viewer is sent it. The first is the whole state, of the kind Whole. All viewers share the
// bytes, which no one changes.
type Message struct {
	ID   int64
	Kind Kind
	JSON []byte
	Sent []byte // as a server-sent event, which has the JSON as its data
}

// messageOf makes a message once for all viewers.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func messageOf(id int64, kind Kind, of any) Message {
	text, _ := json.Marshal(of) // it holds what JSON can hold
	m := Message{ID: id, Kind: kind}
	head := append(strconv.AppendInt(append(make([]byte, 0, len(text)+64), "id: "...), id, 10), "\nevent: "...)
	head = append(append(head, kind...), "\ndata: "...)
	m.Sent = append(append(head, text...), "\n\n"...)
	m.JSON = m.Sent[len(head) : len(head)+len(text)]
	return m
}

// Whole is the kind of a message that holds a State.
const Whole = "state"

// ErrFull is returned to a viewer when there are too many.
var ErrFull = errors.New("too many viewers")

// Hub hands events on to any number of viewers. It waits for none: one that is too far behind is dropped, and finds the
// whole state when it comes again.
type Hub struct {
	mu      sync.Mutex
	viewers map[*Viewer]bool
	state   Message // whole, after the newest event; without JSON until one asks for it
	latest  State
	over    bool
}

// NewHub is a hub without viewers.
func NewHub() *Hub { return &Hub{viewers: map[*Viewer]bool{}} }

// Viewer is one who follows a run.
type Viewer struct {
	hub      *Hub
	messages chan Message
}

// Messages gives what happens, in its order, until the run has ended, the viewer is dropped, or it leaves.
func (v *Viewer) Messages() <-chan Message { return v.messages }

// Join adds a viewer, whose first message is the whole state.
func (h *Hub) Join() (*Viewer, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.viewers) >= mostViewers {
		return nil, ErrFull
	}
	v := &Viewer{hub: h, messages: make(chan Message, queued)}
	v.messages <- h.whole()
	if h.over {
		close(v.messages)
		return v, nil
	}
	h.viewers[v] = true
	return v, nil
}

// whole is the state. It is called with the lock, and made once for all who join between two events.
func (h *Hub) whole() Message {
	if h.state.JSON == nil {
		h.state = messageOf(h.latest.ID, Whole, h.latest)
	}
	return h.state
}

// Whole is the state as JSON.
func (h *Hub) Whole() []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.whole().JSON
}

// Leave removes a viewer; one that is gone already may leave again.
func (v *Viewer) Leave() {
	v.hub.mu.Lock()
	defer v.hub.mu.Unlock()
	v.hub.drop(v)
}

func (h *Hub) drop(v *Viewer) {
	if h.viewers[v] {
		delete(h.viewers, v)
		close(v.messages)
	}
}

// Viewers is how many follow the run.
func (h *Hub) Viewers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.viewers)
}

// Take hands an event on. After the last one, all viewers have got all that there is.
func (h *Hub) Take(e Event, s *State) {
	m := messageOf(e.ID, e.Kind, e)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.latest, h.state, h.over = s.copied(), Message{}, h.over || e.Kind == Ended
	for v := range h.viewers {
		select {
		case v.messages <- m:
		default:
			h.drop(v)
			continue
		}
		if h.over {
			h.drop(v)
		}
	}
}
