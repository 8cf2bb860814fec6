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

// rewrite reads a file and writes it again. What can be read at all must from then on stay the same, byte for byte.
func rewrite(t *testing.T, path string, again func() error) {
	t.Helper()
	var last []byte
	for range 2 {
		if err := again(); err != nil {
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
}

func FuzzReadRun(f *testing.F) {
	seed(f, "run.json")
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(folder, results.RunFile)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := results.ReadRun(folder); err != nil {
			return
		}
		rewrite(t, path, func() error {
			run, err := results.ReadRun(folder)
			if err != nil {
				return err
			}
			return results.WriteJSON(path, run)
		})
	})
}

func FuzzReadTrial(f *testing.F) {
	seed(f, "trial.json")
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(folder, results.TrialFile)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := results.ReadTrial(folder); err != nil {
			return
		}
		rewrite(t, path, func() error {
			trial, err := results.ReadTrial(folder)
			if err != nil {
				return err
			}
			return results.WriteJSON(path, trial)
		})
	})
}

func FuzzReadEvents(f *testing.F) {
	seed(f, "events.jsonl")
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(folder, results.EventsFile)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := results.ReadEvents(path); err != nil {
			return
		}
		rewrite(t, path, func() error {
			events, err := results.ReadEvents(path)
			if err != nil {
				return err
			}
			return results.WriteEvents(path, events)
		})
	})
}
