// Package golden compares what a test made with a file in its testdata, which a person reads and a review shows.
//
// A test package that imports it has the flag -update, which rewrites its files:
//
//	go test ./results/report -update
package golden

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Compare fails the test when a file does not hold got, byte for byte, and shows both. The path is relative to the
// package's folder. With -update it writes the file, and its folder, instead.
func Compare(t testing.TB, path string, got []byte) {
	t.Helper()
	if *update {
		if err := rewrite(path, got); err != nil {
			t.Fatalf("golden file: %v", err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("golden file: %v (-update writes it)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: line %d differs (-update rewrites it)\ngot\n%s\nwant\n%s", path, differs(got, want), got, want)
	}
}

func rewrite(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

// differs is the first line, from 1, in which two texts are not the same: two long tables look alike.
func differs(a, b []byte) int {
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	return 1 + bytes.Count(a[:same], []byte("\n"))
}
