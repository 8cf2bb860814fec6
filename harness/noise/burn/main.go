// Command burn keeps one core busy in stretches of 1 to 4 s, with pauses of the same lengths: a neighbour to try a run
// against. The same seed gives the same stretches. It ends after the time that it is given.
//
//	go run ./harness/noise/burn -seed 1 -for 10m &
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"time"
)

// The bounds of a stretch, and of the whole.
const (
	shortest = time.Second
	longest  = 4 * time.Second
	most     = 2 * time.Hour
)

func main() {
	seed := flag.Uint64("seed", 1, "the seed of the stretches")
	length := flag.Duration("for", 10*time.Minute, "how long, at most "+most.String())
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := burn(ctx, *seed, *length)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "burn:", err)
		os.Exit(2)
	}
}

// burn alternates between work and pauses until the time is over or ctx is done.
func burn(ctx context.Context, seed uint64, length time.Duration) error {
	if length <= 0 || length > most {
		return fmt.Errorf("-for is %v (allowed: above 0 to %v)", length, most)
	}
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	runtime.LockOSThread()
	for i, stretch := range stretches(seed, length) {
		if ctx.Err() != nil {
			return nil
		}
		until := time.Now().Add(stretch)
		if i%2 == 0 {
			work(ctx, until)
			continue
		}
		pause(ctx, stretch)
	}
	return nil
}

// stretches are work and pauses in turn, together as long as the whole.
func stretches(seed uint64, length time.Duration) (all []time.Duration) {
	rng := rand.New(rand.NewPCG(seed, 0))
	for left := length; left > 0; {
		d := min(left, shortest+time.Duration(rng.Int64N(int64(longest-shortest)+1)))
		all, left = append(all, d), left-d
	}
	return all
}

func work(ctx context.Context, until time.Time) {
	x := uint64(0x9e3779b97f4a7c15)
	for time.Now().Before(until) && ctx.Err() == nil {
		for range 1 << 16 {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
		}
	}
	runtime.KeepAlive(x) // or the compiler might leave the work out
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
