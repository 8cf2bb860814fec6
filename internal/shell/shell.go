// Package shell writes commands so that they can be pasted into one.
package shell

import "strings"

// safe are the characters that mean themselves to every shell, wherever in a word they stand.
const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,:+@%="

// Join writes words as a line that a POSIX shell takes apart into the same words.
func Join(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w, i == 0)
	}
	return strings.Join(quoted, " ")
}

// quote leaves a word as it is where that does no harm: most are read by people. In front of a command, name=value would
// set a variable.
func quote(word string, first bool) string {
	if word != "" && strings.Trim(word, safe) == "" && (!first || !strings.Contains(word, "=")) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
