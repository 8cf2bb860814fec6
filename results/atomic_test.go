package results_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"aftershock/results"
)

// names lists a folder.
func names(t *testing.T, folder string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestWriteLeavesTheFileAndNothingElse(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "summary.md")
	for _, want := range []string{"first\n", "second, and longer\n", ""} {
		if err := results.WriteFile(path, []byte(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); string(got) != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
		if all := names(t, folder); !slices.Equal(all, []string{"summary.md"}) {
			t.Errorf("the folder holds %v", all)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o644 {
		t.Errorf("mode %v: others must be able to read a run", got)
	}
}

// What was there stays, and no temporary file does.
func TestFailedWriteChangesNothing(t *testing.T) {
	json := func(value any) func(string) error {
		return func(path string) error { return results.WriteJSON(path, value) }
	}
	for _, c := range []struct {
		name  string
		write func(path string) error
		path  string
	}{
		{"no folder", json(1), "gone/run.json"},
		{"a file for a folder", json(1), "run.json/run.json"},
		{"a folder in its place", json(1), "folder"},
		{"not expressible in JSON", json(map[string]any{"x": func() {}}), "run.json"},
		{"no events without a folder", func(p string) error { return results.WriteEvents(p, nil) }, "gone/events.jsonl"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.MkdirAll(filepath.Join(folder, "folder", "inner"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, "run.json"), []byte("old"), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := c.write(filepath.Join(folder, c.path)); err == nil {
				t.Error("no error")
			}
			if all := names(t, folder); !slices.Equal(all, []string{"folder", "run.json"}) {
				t.Errorf("the folder holds %v", all)
			}
			if got, err := os.ReadFile(filepath.Join(folder, "run.json")); string(got) != "old" || err != nil {
				t.Errorf("run.json holds %q, %v", got, err)
			}
		})
	}
}

// A reader that looks while the file is written again and again sees one whole version or another.
func TestReadersNeverSeeHalf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.json")
	versions := [][]byte{bytes.Repeat([]byte{'a'}, 1<<20), bytes.Repeat([]byte{'b'}, 1<<19)}
	if err := results.WriteFile(path, versions[0]); err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() {
		defer close(written)
		for n := range 20 {
			if err := results.WriteFile(path, versions[n%2]); err != nil {
				written <- err
				return
			}
		}
	}()
	half := 0
	for done := false; !done; {
		select {
		case err := <-written:
			if err != nil {
				t.Error(err)
			}
			done = true
		default:
			got, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(got, versions[0]) && !bytes.Equal(got, versions[1]) {
				half++
			}
		}
	}
	if half > 0 {
		t.Errorf("%d readers saw neither the one nor the other", half)
	}
}
