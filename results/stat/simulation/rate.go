package simulation

import (
	"fmt"

	"aftershock/results/stat"
)

// Confidence is that of the interval around each rate. Some 600 rates must hold at once: at 95 % a method without fault
// would be found at fault somewhere in nearly every other simulation.
const Confidence = 0.99

// promise is what a method says about a rate.
type promise int

const (
	none          promise = iota
	atMost                // 5 %
	atLeast               // 95 %
	nearlyAtMost          // 5 % and slack
	nearlyAtLeast         // 95 % less slack
)

const nominal = 0.05

// slack is what a run that ends by its interval's width may be off by. No theorem gives it: of few pairs an interval is
// narrow by chance too, and then no likelier to be right. It is what the simulation finds, rounded up, so that a change
// for the worse is noticed.
const slack = 0.03

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
	case nearlyAtMost:
		holds = low <= nominal+slack
	case nearlyAtLeast:
		holds = high >= 1-nominal-slack
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

// short is the rate without its interval, unless it breaks its promise.
func (r rate) short() string {
	if !r.holds {
		return r.String()
	}
	return fmt.Sprintf("%.1f", 100*float64(r.events)/float64(r.of))
}
