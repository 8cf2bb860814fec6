package claims

import (
	"fmt"
	"slices"
	"strings"
)

// Verdict is what is true of a claim. The zero value is Undecided, so that a claim about which nothing is known is never
// taken for one that was settled.
type Verdict int

// The verdicts. NotHere is that of a claim which is about another version of Go than the one in use.
const (
	Undecided Verdict = iota
	Holds
	Conditional
	Fails
	NotHere
)

var verdictNames = []string{"undecided", "holds", "holds under conditions", "does not hold", "not on this Go"}

// String is the verdict in words, as reports print it.
func (v Verdict) String() string {
	if v < 0 || int(v) >= len(verdictNames) {
		return fmt.Sprintf("Verdict(%d)", int(v))
	}
	return verdictNames[v]
}

// MarshalText writes the words of String. A value that is no verdict is an error.
func (v Verdict) MarshalText() ([]byte, error) {
	if v < 0 || int(v) >= len(verdictNames) {
		return nil, fmt.Errorf("no verdict on a claim has the number %d", int(v))
	}
	return []byte(v.String()), nil
}

// UnmarshalText reads the words of String, exactly. Anything else is an error that leaves v as it was.
func (v *Verdict) UnmarshalText(text []byte) error {
	i := slices.Index(verdictNames, string(text))
	if i < 0 {
		return fmt.Errorf("unknown verdict %q (allowed: %s)", text, strings.Join(verdictNames, ", "))
	}
	*v = Verdict(i)
	return nil
}
