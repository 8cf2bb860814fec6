package ops_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"
	"time"

	"aftershock/results/ops"
)

// scanned has a stream of several pieces, of which every third slot is empty and the order of times is any.
func scanned(t *testing.T) (*ops.File, *ops.Log, string) {
	t.Helper()
	table, path := create(t, ops.Header{
		Streams:  []ops.Stream{{Name: "some", Slots: 5000, Timeout: time.Second}, {Name: "none", Timeout: time.Second}},
		Counters: []ops.Counter{{Name: "held", Unit: "leases"}},
	})
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 5000 {
		if n%3 > 0 {
			table.Put(0, n, ops.Record{
				Outcome: ops.OK, Intended: int64(n)*1000 - random.Int64N(50_000),
				Service: time.Duration(random.IntN(9000)),
			})
		}
	}
	held, err := table.Counter("held")
	must(t, err)
	held.Store(77)
	must(t, table.Close())
	file, err := ops.Scan(path)
	must(t, err)
	return file, read(t, path), path
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A table that stays in its file is what it is in memory.
func TestScan(t *testing.T) {
	file, log, _ := scanned(t)
	for stream := range file.Streams {
		got, want := maps.Collect(file.Records(stream)), maps.Collect(log.Records(stream))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("stream %d: %d records, want %d", stream, len(got), len(want))
		}
		if got, want := file.Books(stream), log.Books(stream); !reflect.DeepEqual(got, want) {
			t.Errorf("stream %d: %+v, want %+v", stream, got, want)
		}
	}
	if held, err := file.Counter("held"); held != 77 || err != nil {
		t.Errorf("the counter stood at %d, %v", held, err)
	}
	if _, err := file.Counter("hold"); err == nil {
		t.Error("a counter that is not there")
	}
	for range file.Records(0) {
		break
	}
	must(t, file.Close())
}

// What is left out was neither intended nor ended within the time, and something is left out.
func TestScanWithin(t *testing.T) {
	file, log, _ := scanned(t)
	for _, w := range [][2]int64{{-100_000, -60_000}, {0, 0}, {1e6, 1.2e6}, {2_047_000, 2_049_000}, {4e6, 9e9}} {
		got := maps.Collect(file.Within(0, w[0], w[1]))
		for n, r := range log.Records(0) {
			end := r.Intended + int64(r.Response())
			inside := r.Intended >= w[0] && r.Intended <= w[1] || end >= w[0] && end <= w[1]
			if _, there := got[n]; inside && !there {
				t.Errorf("%v: operation %d is missing", w, n)
			}
		}
		if len(got) > 2500 {
			t.Errorf("%v: %d operations, which is more than half of all", w, len(got))
		}
	}
	must(t, file.Close())
}

// A file that is cut while it is open is an error at the latest when it is closed.
func TestScanOfAFileThatIsCut(t *testing.T) {
	file, _, path := scanned(t)
	must(t, os.Truncate(path, 50_000))
	if n := len(maps.Collect(file.Records(0))); n >= 3333 {
		t.Errorf("%d records of a part of the file", n)
	}
	if err := file.Close(); err == nil {
		t.Error("no error")
	}
	if _, err := ops.Scan(path + ".none"); !os.IsNotExist(err) {
		t.Errorf("of no file: %v", err)
	}
}
