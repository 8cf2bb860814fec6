package load

import (
	"runtime"
	"sync"
	"testing"
)

// submit passes an operation to a worker, or into the queue.
func submit(p *pool, n int) bool {
	worker, admitted := p.admit(n)
	if worker != none {
		p.hand(worker, n)
	}
	return admitted
}

// A worker that just finished is warm; the ones that wait for a stall must stay out of it.
func TestPoolWakesTheWorkerThatBecameIdleLast(t *testing.T) {
	p := newPool(3, 4)
	take := func(worker, want int) {
		t.Helper()
		if n, more := p.start(worker); !more || n != want {
			t.Fatalf("worker %d got %d, %v, want %d", worker, n, more, want)
		}
	}
	submit(p, 10)
	take(0, 10)
	submit(p, 11)
	take(1, 11)
	// Worker 0 becomes idle and gets the next operation, although worker 2 has waited longer.
	var idle sync.WaitGroup
	idle.Go(func() {
		if n, more := p.next(0); !more || n != 12 {
			t.Errorf("worker 0 got %d, %v, want 12", n, more)
		}
	})
	for {
		p.mu.Lock()
		waiting := len(p.idle)
		p.mu.Unlock()
		if waiting == 2 {
			break
		}
		runtime.Gosched()
	}
	submit(p, 12)
	idle.Wait()
	submit(p, 13)
	take(2, 13)
}

func TestPoolQueuesInOrderAndRefusesWhenFull(t *testing.T) {
	p := newPool(1, 3)
	submit(p, 0)           // to the worker
	for round := range 3 { // around the ring
		for i := range 3 {
			if !submit(p, 100*round+i) {
				t.Fatalf("round %d: operation %d was refused", round, i)
			}
		}
		if submit(p, 99) {
			t.Fatalf("round %d: a fourth operation was queued for three", round)
		}
		for i := range 3 {
			if n, more := p.next(0); !more || n != 100*round+i {
				t.Fatalf("round %d: got %d, %v, want %d", round, n, more, 100*round+i)
			}
		}
	}
}

func TestPoolEmptiesItsQueueBeforeItCloses(t *testing.T) {
	p := newPool(2, 4)
	for n := range 4 {
		submit(p, n)
	}
	for _, worker := range p.close() {
		p.hand(worker, stop)
	}
	seen := make([]bool, 4)
	var mu sync.Mutex
	var workers sync.WaitGroup
	for w := range 2 {
		workers.Go(func() {
			for n, more := p.start(w); more; n, more = p.next(w) {
				mu.Lock()
				seen[n] = true
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	for n, did := range seen {
		if !did {
			t.Errorf("operation %d was dropped", n)
		}
	}
}
