package process

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

const (
	tail      = 256 << 10 // bytes of a log that are looked at: a crash writes the stacks of all goroutines behind its cause
	mostWords = 400       // bytes of what is quoted
)

// LastWords finds in a child's log the line that says why it ended: what Go's runtime says of a crash, else the last line
// of the program itself, else the last of its logger at level error or above, else the last line that there is. It is ""
// for a log that is empty or cannot be read.
func LastWords(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return ""
	}
	from := max(0, size-tail)
	text := make([]byte, size-from)
	n, err := file.ReadAt(text, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return ""
	}
	return lastWords(string(text[:n]))
}

func lastWords(text string) string {
	var last, logged, own, crash string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		words, isFatal, isLog := ofLogger(line)
		switch {
		case line == "":
			continue
		case isFatal:
			logged = words
		case isLog:
		case begins(line, "panic: ", "fatal error: ", "runtime: ", "SIG"):
			crash = line
		case begins(line, "member: ", "worker: "):
			own = line
		}
		if isLog {
			line = words
		}
		last = line
	}
	for _, words := range []string{crash, own, logged, last} {
		if words != "" {
			return short(words)
		}
	}
	return ""
}

func begins(line string, with ...string) bool {
	for _, w := range with {
		if strings.HasPrefix(line, w) {
			return true
		}
	}
	return false
}

// ofLogger reads a line of etcd's logger: what it says, and whether that is an error or worse.
func ofLogger(line string) (words string, isFatal, isLog bool) {
	var entry struct{ Level, Msg, Error string }
	if !strings.HasPrefix(line, "{") || json.Unmarshal([]byte(line), &entry) != nil || entry.Level == "" {
		return "", false, false
	}
	words = entry.Msg
	if entry.Error != "" {
		words += ": " + entry.Error
	}
	return words, begins(entry.Level, "error", "dpanic", "panic", "fatal"), true
}

// short cuts a line at the end of a character.
func short(words string) string {
	if len(words) <= mostWords {
		return strings.ToValidUTF8(words, "?")
	}
	cut := mostWords
	for cut > 0 && !utf8.RuneStart(words[cut]) {
		cut--
	}
	return strings.ToValidUTF8(words[:cut], "?") + "..."
}
