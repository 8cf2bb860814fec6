package network

import (
	"context"
	"sync"
	"time"
)

// piece is what was read from a source at once, or the end of its stream.
type piece struct {
	read   time.Time
	number uint64
	delay  time.Duration // the longest that was ever planned for it
	bytes  []byte
	buf    *[chunk]byte // holds the bytes; nil when they were copied
	act    func()       // the end, instead of bytes
}

// plan keeps the delay that a shaping asks for, because it may be gone when the piece comes to the front of its queue.
func (p *piece) plan(g *shaping, connection uint64) {
	p.delay = max(p.delay, g.delay(connection, p.number))
}

// newPiece takes over a buffer of which n bytes are used. It keeps one that is well used, and copies the rest: a queue
// of pieces of one byte must not hold 64 KiB for each.
func newPiece(buf *[chunk]byte, n int) piece {
	if n > chunk/2 {
		return piece{bytes: buf[:n], buf: buf}
	}
	p := piece{bytes: append([]byte(nil), buf[:n]...)}
	chunks.Put(buf)
	return p
}

const (
	queueBound = 1 << 20 // documented at Link.Shape and Link.Waiting
	pieceCost  = 64      // of a piece itself
)

func (p *piece) size() int {
	if p.buf != nil {
		return chunk
	}
	return len(p.bytes) + pieceCost
}

func (p *piece) drop() {
	if p.buf != nil {
		chunks.Put(p.buf)
	}
}

// queue is what a stream has read under a shape and not delivered yet. Its goroutine lives while there is something in
// it, so that an idle stream under a shape costs no more than one at rest.
type queue struct {
	stream     *stream
	moved      chan struct{} // holds one token: there may be room again
	delivering sync.WaitGroup

	mu      sync.Mutex
	pieces  []*piece
	size    int
	count   uint64
	failure error // of the first piece that was not delivered; all behind it were dropped
}

func newQueue(s *stream) *queue { return &queue{stream: s, moved: make(chan struct{}, 1)} }

// idle tells whether nothing is on its way, so that bytes may go past the queue.
func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.pieces) == 0 && q.failure == nil
}

// put takes over a piece, and blocks while the queue is full. When the queue has failed it drops the piece.
func (q *queue) put(ctx context.Context, p *piece) error {
	q.stream.link.noteTaken(len(p.bytes))
	for {
		taken, err := q.tryPut(ctx, p)
		if taken {
			return nil
		}
		if err == nil {
			select {
			case <-q.moved:
				continue
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		q.stream.link.noteTaken(-len(p.bytes))
		p.drop()
		return err
	}
}

func (q *queue) tryPut(ctx context.Context, p *piece) (taken bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.failure != nil || len(q.pieces) > 0 && q.size+p.size() > queueBound {
		return false, q.failure
	}
	q.count++
	p.number, p.read = q.count, time.Now()
	p.plan(q.stream.link.shaping.Load(), q.stream.number)
	q.pieces = append(q.pieces, p)
	q.size += p.size()
	if len(q.pieces) == 1 {
		q.delivering.Go(func() { q.deliver(ctx) })
	}
	return true, nil
}

// deliver delivers until nothing is left.
func (q *queue) deliver(ctx context.Context) {
	for more := true; more; {
		p := q.front()
		err := q.stream.deliver(ctx, p)
		if err != nil {
			q.fail(err)
			return
		}
		more = q.pop()
	}
}

func (q *queue) front() *piece {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pieces[0]
}

// pop removes a piece that was delivered. It stays in until then, so that nothing goes past it.
func (q *queue) pop() (more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	p := q.pieces[0]
	q.size -= p.size()
	p.drop()
	q.pieces[0] = nil
	if q.pieces = q.pieces[1:]; len(q.pieces) == 0 {
		q.pieces = nil // or an idle stream would keep the array
	}
	q.signal()
	return len(q.pieces) > 0
}

func (q *queue) signal() {
	select {
	case q.moved <- struct{}{}:
	default:
	}
}

// fail drops what is left. The source is not read any more: when it was about to be, that read ends.
func (q *queue) fail(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.failure = err
	for _, p := range q.pieces {
		q.stream.link.noteTaken(-len(p.bytes))
		p.drop()
	}
	q.pieces, q.size = nil, 0
	q.signal()
	_ = q.stream.src.SetReadDeadline(past) // fails on a closed connection, of which a read ends anyway
}

// err is why the queue has failed, if it has.
func (q *queue) err() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.failure
}
