package document

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"aftershock/internal/nearest"
	"aftershock/internal/units"
)

// The readers of values report a bad one and return false, with a zero value. Limits are included in what is allowed.

// Text reads a single value, as it was written unless it is a string.
func (v Value) Text() (string, bool) {
	if v.node == nil {
		return "", false
	}
	text, ok := scalar(v.node)
	if !ok {
		v.Addf("must be a single value, not %s", kind(v.node))
	}
	return text, ok
}

// Sentence reads a line of prose.
func (v Value) Sentence() (string, bool) {
	text, ok := v.Text()
	text = strings.TrimSpace(text)
	if ok && (text == "" || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })) {
		v.Addf("must be one line of text")
		return "", false
	}
	return text, ok
}

// namePattern keeps names fit for a plan's text, a folder and a command line.
var namePattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Word reads a name: lower-case letters and digits with single hyphens between, at most 64.
func (v Value) Word() (string, bool) {
	text, ok := v.Text()
	if ok && (!namePattern.MatchString(text) || len(text) > 64) {
		v.Addf("%q is not a name (allowed: lower-case letters and digits with single hyphens between, at most 64)", text)
		return "", false
	}
	return text, ok
}

// OneOf reads one of the allowed words; what says in messages what they are.
func (v Value) OneOf(what string, allowed []string) (string, bool) {
	text, ok := v.Text()
	if !ok {
		return "", false
	}
	if slices.Contains(allowed, text) {
		return text, true
	}
	v.Addf("%v", nearest.Unknown(what, text, allowed))
	return "", false
}

// Integer reads a whole number; what could not be read is 0, which the limits may exclude.
func (v Value) Integer(low, high int) int {
	text, ok := v.Text()
	if !ok {
		return 0
	}
	n, err := units.Integer(text)
	switch {
	case err != nil:
		v.Addf("%v (allowed: %d to %d)", err, low, high)
	case n < low || n > high:
		v.Addf("%d is out of range (allowed: %d to %d)", n, low, high)
	default:
		return n
	}
	return 0
}

// quantity reads what parse understands, and refuses what misfit says a word against.
func quantity[Q any](v Value, parse func(string) (Q, error), misfit func(Q) string) (q Q, ok bool) {
	text, given := v.Text()
	if !given {
		return q, false
	}
	read, err := parse(text)
	if err != nil {
		v.Addf("%v", err)
		return q, false
	}
	if allowed := misfit(read); allowed != "" {
		v.Addf("%s is out of range (allowed: %s)", text, allowed)
		return q, false
	}
	return read, true
}

// Duration reads a time with its unit, such as 500ms.
func (v Value) Duration(low, high time.Duration) (time.Duration, bool) {
	return quantity(v, units.Duration, func(d time.Duration) string {
		if d < low || d > high {
			return units.Short(low) + " to " + units.Short(high)
		}
		return ""
	})
}

// Rate reads operations per second, such as 1000/s.
func (v Value) Rate(low, high float64) (float64, bool) {
	return quantity(v, units.Rate, func(r float64) string {
		if r < low || r > high {
			return fmt.Sprintf("%v/s to %v/s", low, high)
		}
		return ""
	})
}

// Share reads a part of a whole, such as 10%, that is neither nothing nor all.
func (v Value) Share() (float64, bool) {
	return quantity(v, units.Share, func(s float64) string {
		if s <= 0 || s >= 1 {
			return "between 0% and 100%, both excluded"
		}
		return ""
	})
}

// Unique reads a name that none of those seen, with their lines, has, and adds it to them.
func (v Value) Unique(seen map[string]int) string {
	name, ok := v.Word()
	if !ok {
		return ""
	}
	if line, twice := seen[name]; twice {
		v.Addf("%q is used twice, first in line %d", name, line)
		return ""
	}
	seen[name] = v.Line()
	return name
}

// Bytes reads a size, such as 64MiB.
func (v Value) Bytes(low, high int64) (int64, bool) {
	return quantity(v, units.Bytes, func(n int64) string {
		if n < low || n > high {
			return units.Size(low) + " to " + units.Size(high)
		}
		return ""
	})
}

// Bool reads true or false.
func (v Value) Bool() (yes, ok bool) {
	text, ok := v.OneOf("answer", []string{"true", "false"})
	return text == "true", ok
}
