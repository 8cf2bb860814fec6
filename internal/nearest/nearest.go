// Package nearest finds the known name that a mistyped one most likely meant.
package nearest

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Match returns the allowed name closest to got, or "" when none is near enough to be worth suggesting: more than a
// third of its letters, and more than two, would have to change.
func Match(got string, allowed []string) string {
	best, bestDistance := "", -1
	for _, name := range allowed {
		d := levenshtein.ComputeDistance(strings.ToLower(got), strings.ToLower(name))
		if bestDistance < 0 || d < bestDistance {
			best, bestDistance = name, d
		}
	}
	if bestDistance < 0 || bestDistance > max(2, len(best)/3) {
		return ""
	}
	return best
}

// Unknown is the error for a name that is none of the allowed ones: it names the nearest match and all allowed values.
func Unknown(what, got string, allowed []string) error {
	meant := ""
	if m := Match(got, allowed); m != "" {
		meant = fmt.Sprintf("; did you mean %q?", m)
	}
	return fmt.Errorf("unknown %s %q%s (allowed: %s)", what, got, meant, strings.Join(allowed, ", "))
}
