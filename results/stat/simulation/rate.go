package simulation

import (
	"fmt"

	"aftershock/results/stat"
)

// Confidence is that of the interval around each rate. Some 160 rates must hold at once: at 95 % a method without fault
// would be found at fault somewhere in nearly every other simulation.
const Confidence = 0.99

// promise is what a method says about a rate.
type promise int

const (
	none    promise = iota
	atMost          // 5 %
	atLeast         // 95 %
)

const nominal = 0.05

// rate is how often something happened, with what may be concluded from that.
type rate struct {
	events, of int
	low, high  float64 // Clopper-Pearson, at Confidence
	holds      bool    // what is promised is not excluded in the bad direction
}

func newRate(events, of int, p promise) (rate, error) {
	low, high, err := stat.ClopperPearson(events, of, Confidence)
	if err != nil {
		return rate{}, err
	}
	holds := true
	switch p {
	case atMost:
		holds = low <= nominal
	case atLeast:
		holds = high >= 1-nominal
	case none:
	}
	return rate{events: events, of: of, low: low, high: high, holds: holds}, nil
}

// String is the rate in per cent with its interval, and in bold when it breaks its promise.
func (r rate) String() string {
	text := fmt.Sprintf("%.1f (%.1f to %.1f)", 100*float64(r.events)/float64(r.of), 100*r.low, 100*r.high)
	if !r.holds {
		return "**" + text + " fails**"
	}
	return text
}
