package load

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"aftershock/internal/clock"
	"aftershock/internal/nearest"
)

// Arrival names how a stream's operations are spaced.
type Arrival string

// The arrival processes.
const (
	Constant Arrival = "constant" // evenly spaced
	Poisson  Arrival = "poisson"  // exponential gaps from the seed
)

// Window is a half-open span of a trial's time line, [From, To), in nanoseconds from its epoch.
type Window = clock.Span

// Schedule says when the operations of one stream are meant to start. It is pure: the same schedule gives the same
// times, on any machine.
type Schedule struct {
	Rate    float64 // operations per second
	Arrival Arrival
	// Seed draws the gaps of Poisson arrivals; give each stream another, or their arrivals rise and fall together.
	// Constant arrivals do not depend on it.
	Seed uint64
	// Windows are where operations are scheduled, in order and apart; between them the stream pauses. Constant spacing
	// starts anew at each From. Poisson arrivals have no memory, so that starting anew changes nothing.
	Windows []Window
}

const (
	maxRate       = 1e6 // beyond it the pacer's thread itself is what is measured
	maxOperations = 50_000_000
	maxTime       = clock.Nanos(1) << 53 // 104 days: up to there float64 holds every nanosecond
)

// Intended gives the starts of all operations, ascending, in nanoseconds from the trial's epoch.
func (s Schedule) Intended() ([]int64, error) {
	expected, err := s.check()
	if err != nil {
		return nil, err
	}
	// Poisson's count has the square root of its mean as standard deviation: with six of them, growing is rare.
	out := make([]int64, 0, int(expected+6*math.Sqrt(expected))+len(s.Windows))
	rng := rand.New(rand.NewPCG(s.Seed, 0x6c6f6164)) // "load"
	for _, w := range s.Windows {
		if s.Arrival == Poisson {
			out = appendPoisson(out, w, s.Rate, rng)
		} else {
			out = appendConstant(out, w, s.Rate)
		}
	}
	return out, nil
}

// appendConstant multiplies for each time: adding up the period would add up its rounding, 3 ms an hour at 3000/s.
func appendConstant(out []int64, w Window, rate float64) []int64 {
	length := float64(w.To - w.From)
	for i := 0; ; i++ {
		at := float64(i) * 1e9 / rate // compared before it is converted: at 1e-300/s it overflows an int64
		if at >= length {
			return out
		}
		out = append(out, int64(w.From)+int64(at))
	}
}

func appendPoisson(out []int64, w Window, rate float64, rng *rand.Rand) []int64 {
	length := float64(w.To - w.From)
	for at := rng.ExpFloat64() * 1e9 / rate; at < length; at += rng.ExpFloat64() * 1e9 / rate {
		out = append(out, int64(w.From)+int64(at))
	}
	return out
}

// check gives the number of operations to expect.
func (s Schedule) check() (float64, error) {
	if !(s.Rate > 0 && s.Rate <= maxRate) { // written so that NaN is refused too
		return 0, fmt.Errorf("rate %v/s (allowed: above 0, up to %.0f/s)", s.Rate, float64(maxRate))
	}
	if s.Arrival != Constant && s.Arrival != Poisson {
		return 0, nearest.Unknown("arrival", string(s.Arrival), []string{string(Constant), string(Poisson)})
	}
	if len(s.Windows) == 0 {
		return 0, errors.New("no window in which to schedule operations")
	}
	expected, end := 0.0, clock.Nanos(0)
	for i, w := range s.Windows {
		if w.From < end || w.To <= w.From || w.To > maxTime {
			return 0, fmt.Errorf("window %d, [%d, %d) ns: windows must be in order, apart, not empty, and "+
				"within [0, %d)",
				i, w.From, w.To, maxTime)
		}
		expected += s.Rate * float64(w.To-w.From) / 1e9
		end = w.To
	}
	if expected > maxOperations {
		return 0, fmt.Errorf("%.0f operations at %v/s (allowed: up to %d): lower the rate or shorten the windows",
			expected, s.Rate, maxOperations)
	}
	return expected, nil
}
