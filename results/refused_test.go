package results_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/results"
)

// Both files are refused alike: with the file's name, and with the place where JSON is the matter.
func TestFilesRefused(t *testing.T) {
	readers := map[string]func(folder string) error{
		results.RunFile:   func(folder string) error { _, err := results.ReadRun(folder); return err },
		results.TrialFile: func(folder string) error { _, err := results.ReadTrial(folder); return err },
	}
	newer := fmt.Sprintf(`: schema %d cannot be read (this program knows 1 to %d)`, results.Schema+1, results.Schema)
	for file, read := range readers {
		for _, c := range []struct{ name, text, want string }{
			{"empty", "", ": byte 0: unexpected end of JSON input"},
			{"truncated", `{"schema": 1, "started"`, ": byte 23: unexpected end of JSON input"},
			{"malformed", `{"schema": 1, oops}`, ": byte 15: invalid character 'o'"},
			{"two values", `{"schema": 1} {}`, ": byte 15: invalid character '{' after top-level value"},
			{"a wrong type", `{"schema": 1, "started": "2026-03-01T00:00:00Z", "fixes": 1, "phases": 1}`, ": byte "},
			{"a schema in words", `{"schema": "one"}`, ": byte 16: json: cannot unmarshal string"},
			{"a bad time", `{"schema": 1, "started": "yesterday"}`, `: parsing time "yesterday"`},
			{"schema absent", `{"started": "2026-03-01T00:00:00Z"}`, ": schema 0 cannot be read"},
			{"schema 0", `{"schema": 0}`, ": schema 0 cannot be read"},
			{"schema below 0", `{"schema": -1}`, ": schema -1 cannot be read"},
			{"newer", `{"schema": 3}`, newer},
			{"newer, with other types", `{"started": {"unix": 5}, "phases": {}, "fixes": {}, "schema": 3}`, newer},
		} {
			t.Run(file+"/"+c.name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), file)
				if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
					t.Fatal(err)
				}
				err := read(filepath.Dir(path))
				if err == nil || !strings.HasPrefix(err.Error(), path+c.want) {
					t.Errorf("got  %v\nwant %s", err, path+c.want)
				}
			})
		}
	}
}

// Every truncated file is refused, wherever the cut is.
func TestEveryPrefixRefused(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("testdata", results.RunFile))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for n := range len(strings.TrimSpace(string(whole))) {
		if err := os.WriteFile(filepath.Join(folder, results.RunFile), whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := results.ReadRun(folder); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("byte %d:", n)) {
			t.Fatalf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}

func TestNoRunFolder(t *testing.T) {
	empty := t.TempDir()
	for _, folder := range []string{empty, filepath.Join(empty, "gone")} {
		_, err := results.ReadRun(folder)
		if want := folder + " is not a run's folder: it has no run.json"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	// The analysis tells an interrupted trial by this error.
	if _, err := results.ReadTrial(empty); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a trial's folder without trial.json: %v", err)
	}
}
