package results_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"aftershock/results"
)

// seed gives the golden file and a few near misses.
func seed(f *testing.F, name string) {
	f.Helper()
	whole, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		f.Fatal(err)
	}
	text := string(whole)
	for _, text := range []string{text, text[:len(text)/2], "", `{"schema":1}`, `{"schema":2}`, "null\n"} {
		f.Add([]byte(text))
	}
}

// fuzzFile reads files that begin as the golden one of that name. What can be read at all can be written, and must
// from then on stay the same, byte for byte.
func fuzzFile[T any](
	f *testing.F, name string, read func(path string) (T, error), write func(path string, what T) error,
) {
	f.Helper()
	seed(f, name)
	path := filepath.Join(f.TempDir(), name)
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := read(path); err != nil {
			return
		}
		var last []byte
		for range 2 {
			what, err := read(path)
			if err == nil {
				err = write(path, what)
			}
			if err != nil {
				t.Fatalf("what was read cannot be written or read again: %v", err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if last != nil && !bytes.Equal(data, last) {
				t.Fatalf("written %q, and again %q", last, data)
			}
			last = data
		}
	})
}

func writeJSON[T any](path string, what T) error { return results.WriteJSON(path, what) }

func FuzzReadRun(f *testing.F) {
	fuzzFile(f, results.RunFile, func(path string) (results.Run, error) {
		return results.ReadRun(filepath.Dir(path))
	}, writeJSON)
}

func FuzzReadTrial(f *testing.F) {
	fuzzFile(f, results.TrialFile, func(path string) (results.Trial, error) {
		return results.ReadTrial(filepath.Dir(path))
	}, writeJSON)
}

func FuzzReadEvents(f *testing.F) {
	fuzzFile(f, results.EventsFile, results.ReadEvents, results.WriteEvents)
}
