package summary_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"aftershock/results"
)

// Anyone can compute a summary again, on another machine: the folder's place is no part of it, not even of what is said
// about a trial that is broken.
func TestCopiedFolder(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5)
	w.trial(9, results.Before, func(r *recipe) { r.batch[0].Outcome = 0 })
	w.trial(9, results.After)
	broken := w.trial(10, results.Before)
	w.trial(10, results.After)
	alter(t, filepath.Join(broken, results.OpsFile), func(data []byte) []byte { data[0] ^= 1; return data })
	gone := w.trial(11, results.Before)
	if err := os.Remove(filepath.Join(gone, results.OpsFile)); err != nil {
		t.Fatal(err)
	}
	want := w.compute()
	if n := len(want.Fixes[0].Pairs.Invalid); n != 3 {
		t.Fatalf("%d invalid trials, want 3", n)
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.CopyFS(elsewhere, os.DirFS(w.folder)); err != nil {
		t.Fatal(err)
	}
	got := compute(t, elsewhere)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got.Fixes[0].Pairs, want.Fixes[0].Pairs)
	}
	one, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	other, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if string(one) != string(other) {
		t.Errorf("got  %s\nwant %s", other, one)
	}
}

// However many goroutines read the trials, and in whatever order they come to an end, the summary is the same.
func TestReadSideBySide(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5)
	w.trial(9, results.Before, invalid("steal"))
	one := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(one)
	want := w.compute()
	for _, cores := range []int{2, 8, 64} {
		runtime.GOMAXPROCS(cores)
		if got := w.compute(); !reflect.DeepEqual(got, want) {
			t.Errorf("on %d cores: %+v", cores, got)
		}
	}
}
