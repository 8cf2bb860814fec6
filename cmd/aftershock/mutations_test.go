package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// mutant is a file of a run that is about to be changed.
type mutant struct {
	path   string
	text   []byte
	arm    string // the same file of the other arm of the pair, where there is one
	pair   string // of the same arm of the other pair
	beside string // another file of the same folder
	seed   []byte // the same file of a run with another seed
	run    []byte // of another run with the same seed
}

// mutation changes a file, or says that it would change nothing.
type mutation struct {
	name string
	do   func(mutant) (changed bool, err error)
}

// rewritten is a mutation of a file's bytes.
func rewritten(name string, change func([]byte) []byte) mutation {
	return mutation{name, func(m mutant) (bool, error) {
		changed := change(bytes.Clone(m.text))
		return !bytes.Equal(changed, m.text), os.WriteFile(m.path, changed, 0o600)
	}}
}

// flipped flips the lowest bit of a byte.
func flipped(at func(size int) int) func([]byte) []byte {
	return func(text []byte) []byte {
		if len(text) > 0 {
			text[at(len(text))] ^= 1
		}
		return text
	}
}

func replaced(from, to string) func([]byte) []byte {
	return func(text []byte) []byte { return bytes.Replace(text, []byte(from), []byte(to), 1) }
}

// byLines changes a text's lines.
func byLines(change func([][]byte) [][]byte) func([]byte) []byte {
	return func(text []byte) []byte {
		if lines := bytes.SplitAfter(text, []byte("\n")); len(lines) > 2 {
			return bytes.Join(change(lines), nil)
		}
		return text
	}
}

// otherDigit changes the first digit that it finds in the second half.
func otherDigit(text []byte) []byte {
	if i := bytes.IndexAny(text[len(text)/2:], "12345678"); i >= 0 {
		text[len(text)/2+i]++
	}
	return text
}

// taken is a mutation to what another file holds.
func taken(name string, of func(mutant) []byte) mutation {
	return mutation{name, func(m mutant) (bool, error) {
		text := of(m)
		return text != nil && !bytes.Equal(text, m.text), os.WriteFile(m.path, text, 0o600)
	}}
}

func read(path string) []byte {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil // there is no such file
	}
	return text
}

// swapped puts each of two files into the other's place.
func swapped(name string, with func(mutant) string) mutation {
	return mutation{name, func(m mutant) (bool, error) {
		other := read(with(m))
		if other == nil || bytes.Equal(other, m.text) {
			return false, nil
		}
		if err := os.WriteFile(with(m), m.text, 0o600); err != nil {
			return false, err
		}
		return true, os.WriteFile(m.path, other, 0o600)
	}}
}

// inItsPlace puts something that is no file into a file's place.
func inItsPlace(name string, put func(m mutant) error) mutation {
	return mutation{name, func(m mutant) (bool, error) {
		if err := os.Remove(m.path); err != nil {
			return false, err
		}
		return true, put(m)
	}}
}

// linkTo is a link that leads to a copy, which lies outside the run.
func linkTo(m mutant) error {
	elsewhere := filepath.Join(filepath.Dir(filepath.Dir(m.path)), "..", "..", "..", "elsewhere")
	if err := os.WriteFile(elsewhere, m.text, 0o600); err != nil {
		return err
	}
	return os.Symlink(elsewhere, m.path)
}

var mutations = []mutation{
	rewritten("its last byte is cut", func(b []byte) []byte { return b[:max(0, len(b)-1)] }),
	rewritten("its first byte is cut", func(b []byte) []byte { return b[min(1, len(b)):] }),
	rewritten("a byte in the middle is cut", func(b []byte) []byte { return append(b[:len(b)/2:len(b)/2], b[min(len(b), len(b)/2+1):]...) }),
	rewritten("half of it is cut", func(b []byte) []byte { return b[:len(b)/2] }),
	rewritten("it is empty", func([]byte) []byte { return nil }),
	rewritten("its first bit is flipped", flipped(func(int) int { return 0 })),
	rewritten("a bit in its first quarter is flipped", flipped(func(n int) int { return n / 4 })),
	rewritten("a bit in its middle is flipped", flipped(func(n int) int { return n / 2 })),
	rewritten("its last bit is flipped", flipped(func(n int) int { return n - 1 })),
	rewritten("it is zeroed", func(b []byte) []byte { return make([]byte, len(b)) }),
	rewritten("a line break is added", func(b []byte) []byte { return append(b, '\n') }),
	rewritten("a blank stands before it", func(b []byte) []byte { return append([]byte(" "), b...) }),
	rewritten("a byte order mark stands before it", func(b []byte) []byte { return append([]byte("\ufeff"), b...) }),
	rewritten("it is there twice", func(b []byte) []byte { return append(b, b...) }),
	rewritten("its lines end in CRLF", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }),
	rewritten("it is in capitals", bytes.ToUpper),
	rewritten("a digit is another", otherDigit),
	rewritten("its schema is older", replaced(`"schema": 2`, `"schema": 1`)),
	rewritten("its schema is newer", replaced(`"schema": 2`, `"schema": 99`)),
	rewritten("its status is another", replaced(`"status": "complete"`, `"status": "partial"`)),
	rewritten("a number is none", replaced(`: 0,`, `: NaN,`)),
	rewritten("its first line is gone", byLines(func(l [][]byte) [][]byte { return l[1:] })),
	rewritten("its last line is gone", byLines(func(l [][]byte) [][]byte { return l[:len(l)-2] })),
	rewritten("its first line is there twice", byLines(func(l [][]byte) [][]byte { return append(l[:1:1], l...) })),
	rewritten("two lines are swapped", byLines(func(l [][]byte) [][]byte {
		l[0], l[1] = l[1], l[0]
		return l
	})),
	taken("it is the other arm's", func(m mutant) []byte { return read(m.arm) }),
	taken("it is another file of the trial", func(m mutant) []byte { return read(m.beside) }),
	taken("it is of a run with another seed", func(m mutant) []byte { return m.seed }),
	taken("it is of another run with the same seed", func(m mutant) []byte { return m.run }),
	swapped("it is swapped with the other arm's", func(m mutant) string { return m.arm }),
	swapped("it is swapped with the other pair's", func(m mutant) string { return m.pair }),
	inItsPlace("it is gone", func(mutant) error { return nil }),
	inItsPlace("it bears another name", func(m mutant) error { return os.WriteFile(m.path+".bak", m.text, 0o600) }),
	inItsPlace("it is a folder", func(m mutant) error { return os.Mkdir(m.path, 0o700) }),
	inItsPlace("it lies in a folder of its name", func(m mutant) error {
		if err := os.Mkdir(m.path, 0o700); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(m.path, filepath.Base(m.path)), m.text, 0o600)
	}),
	inItsPlace("it is a FIFO", func(m mutant) error { return unix.Mkfifo(m.path, 0o600) }),
	inItsPlace("it is a link to a copy", linkTo),
	inItsPlace("it is a link to nothing", func(m mutant) error { return os.Symlink(m.path+".gone", m.path) }),
	inItsPlace("it is a link to a file beside it", func(m mutant) error { return os.Symlink(filepath.Base(m.beside), m.path) }),
}

// isView tells whether a file of a run's folder is computed from the others whenever it is asked for, so that
// changing it changes nothing.
func isView(name string) bool {
	return slices.Contains([]string{"summary.json", "summary.md", "bench.txt", "junit.xml", "forest.svg",
		"report.html"}, name)
}
