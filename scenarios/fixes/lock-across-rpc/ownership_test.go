package lockacrossrpc

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"aftershock/scenarios/collector"
)

// model is where each batch is: free, newest on the board, or being sent (by so many, and maybe newest as well).
type model struct {
	t       *testing.T
	rng     *rand.Rand
	board   collector.Board
	free    []*collector.Batch
	newest  *collector.Batch
	sending map[*collector.Batch]int
	left    int // operations to do
	nesting bool
}

func (m *model) step(depth int) {
	m.left--
	if len(m.free) > 0 && m.rng.IntN(2) == 0 {
		m.handOn()
	} else {
		m.publish(depth)
	}
	seen := map[*collector.Batch]bool{}
	for _, b := range m.free {
		if seen[b] || b == m.newest || m.sending[b] > 0 {
			m.t.Fatalf("batch %p can be filled, and is also elsewhere", b)
		}
		seen[b] = true
	}
}

func (m *model) handOn() {
	last := len(m.free) - 1
	batch, previous := m.free[last], m.newest
	m.free, m.newest = m.free[:last], batch
	reusable, want := m.board.HandOn(batch), previous
	if m.sending[previous] > 0 {
		want = nil
	}
	m.takeBack(reusable, want)
}

func (m *model) publish(depth int) {
	newest := m.newest
	want := [...]error{nil, errors.New("refused")}[m.rng.IntN(2)]
	reusable, err := m.board.Publish(func(b *collector.Batch) error {
		if b != newest {
			m.t.Fatalf("%p is sent, the newest is %p", b, newest)
		}
		m.sending[b]++
		for m.nesting && depth < 4 && m.left > 0 && m.rng.IntN(3) > 0 { // what others do meanwhile
			m.step(depth + 1)
		}
		m.sending[b]--
		return want
	})
	if newest == nil {
		want = collector.ErrNoBatch
	}
	if !errors.Is(err, want) {
		m.t.Fatalf("the error is %v, want %v", err, want)
	}
	if newest == m.newest || m.sending[newest] > 0 {
		newest = nil
	}
	m.takeBack(reusable, newest)
}

func (m *model) takeBack(reusable, want *collector.Batch) {
	if reusable != want {
		m.t.Fatalf("%p is reusable, want %p", reusable, want)
	}
	if reusable != nil {
		m.free = append(m.free, reusable)
	}
}

func TestNoBatchIsLostOrDuplicated(t *testing.T) {
	for _, arm := range boards {
		for seed := range uint64(4) {
			const batches = 4
			m := &model{
				t: t, rng: rand.New(rand.NewPCG(seed, 0)), board: arm.new(), left: 10_000,
				sending: map[*collector.Batch]int{}, nesting: arm.arm == "after", // before would wait for itself
			}
			for range batches {
				m.free = append(m.free, &collector.Batch{})
			}
			for m.left > 0 {
				m.step(0)
			}
			if len(m.free) != batches-1 || m.newest == nil {
				t.Errorf("%s, seed %d: at the end %d batches of %d are free", arm.arm, seed, len(m.free), batches)
			}
		}
	}
}

// With -race this shows as well that filling a batch happens after its sender has finished.
func TestABatchThatIsBeingSentIsNotReusable(t *testing.T) {
	const builders, publishers, each = 4, 2, 2000
	for _, arm := range boards {
		board := arm.new()
		free := make(chan *collector.Batch, builders+1+publishers)
		sending := map[*collector.Batch]*atomic.Int64{}
		for range cap(free) {
			b := &collector.Batch{Values: map[string]any{}}
			sending[b] = &atomic.Int64{}
			free <- b
		}
		var filled atomic.Int64 // while it was being sent
		release := func(b *collector.Batch) {
			if b != nil {
				free <- b // there is room for each once
			}
		}
		var building, publishing sync.WaitGroup
		var done atomic.Bool
		for range builders {
			building.Go(func() {
				for n := range each {
					b := <-free
					b.Values["n"] = n
					filled.Add(sending[b].Load())
					release(board.HandOn(b))
				}
			})
		}
		for range publishers {
			publishing.Go(func() {
				for !done.Load() {
					reusable, err := board.Publish(func(b *collector.Batch) error {
						sending[b].Add(1)
						defer sending[b].Add(-1)
						runtime.Gosched()
						if b.Values["n"] == nil {
							return errors.New("it is empty")
						}
						return nil
					})
					if err != nil && !errors.Is(err, collector.ErrNoBatch) {
						t.Error(err)
					}
					release(reusable)
				}
			})
		}
		building.Wait()
		done.Store(true)
		publishing.Wait()
		close(free)
		var back []*collector.Batch
		for b := range free {
			if slices.Contains(back, b) {
				t.Errorf("%s: a batch is free twice", arm.arm)
			}
			back = append(back, b)
		}
		if len(back) != len(sending)-1 || filled.Load() > 0 {
			t.Errorf("%s: %d batches of %d came back, %d were filled while they were sent",
				arm.arm, len(back), len(sending), filled.Load())
		}
	}
}
