package scenarios

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"aftershock/internal/nearest"
	"aftershock/internal/units"
)

// The limits of values whose own meaning sets none. Those of durations keep sums and products of them from overflowing.
const (
	shortest   = time.Millisecond
	longest    = time.Hour
	longestRun = 7 * 24 * time.Hour
	lowest     = 0.1 // operations per second; fewer are none within a trial
	highest    = 100_000
	mostPairs  = 1000
)

// The readers of values report a bad one and return false, with a zero value.

// scalar reads a single value's text.
func (v value) scalar() (string, bool) {
	if v.node == nil {
		return "", false
	}
	text, ok := scalar(v.node)
	if !ok {
		v.addf("must be a single value, not %s", kind(v.node))
	}
	return text, ok
}

// sentence reads a line of prose.
func (v value) sentence() (string, bool) {
	text, ok := v.scalar()
	text = strings.TrimSpace(text)
	if ok && (text == "" || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })) {
		v.addf("must be one line of text")
		return "", false
	}
	return text, ok
}

// namePattern keeps names fit for a plan's text, a folder and a command line.
var namePattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (v value) word() (string, bool) {
	text, ok := v.scalar()
	if ok && (!namePattern.MatchString(text) || len(text) > 64) {
		v.addf("%q is no name (allowed: lower-case letters and digits with single hyphens between, at most 64)", text)
		return "", false
	}
	return text, ok
}

// oneOf reads one of the allowed words; what says in messages what they are.
func (v value) oneOf(what string, allowed []string) (string, bool) {
	text, ok := v.scalar()
	if !ok {
		return "", false
	}
	for _, a := range allowed {
		if a == text {
			return text, true
		}
	}
	v.addf("%v", nearest.Unknown(what, text, allowed))
	return "", false
}

func (v value) integer(low, high int) int {
	text, ok := v.scalar()
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		v.addf("%q is no whole number (allowed: %d to %d)", text, low, high)
	case n < low || n > high:
		v.addf("%d is out of range (allowed: %d to %d)", n, low, high)
	default:
		return n
	}
	return 0
}

func (v value) duration(low, high time.Duration) (time.Duration, bool) {
	text, ok := v.scalar()
	if !ok {
		return 0, false
	}
	d, err := units.Duration(text)
	switch {
	case err != nil:
		v.addf("%v", err)
	case d < low || d > high:
		v.addf("%s is out of range (allowed: %s to %s)", units.Short(d), units.Short(low), units.Short(high))
	default:
		return d, true
	}
	return 0, false
}

func (v value) rate() (float64, bool) {
	text, ok := v.scalar()
	if !ok {
		return 0, false
	}
	r, err := units.Rate(text)
	switch {
	case err != nil:
		v.addf("%v", err)
	case r < lowest || r > highest:
		v.addf("%s is out of range (allowed: %v/s to %d/s)", text, lowest, highest)
	default:
		return r, true
	}
	return 0, false
}

func (v value) share() (float64, bool) {
	text, ok := v.scalar()
	if !ok {
		return 0, false
	}
	s, err := units.Share(text)
	switch {
	case err != nil:
		v.addf("%v", err)
	case s <= 0 || s >= 1:
		v.addf("%s is out of range (allowed: between 0%% and 100%%, both excluded)", text)
	default:
		return s, true
	}
	return 0, false
}
