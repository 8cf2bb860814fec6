package collector_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"aftershock/scenarios/collector"

	"github.com/cespare/xxhash/v2"
)

// bits makes values comparable: a stale value is a NaN, and equals nothing.
func bits(values map[uint64]float64) map[uint64]uint64 {
	all := map[uint64]uint64{}
	for key, value := range values {
		all[key] = math.Float64bits(value)
	}
	return all
}

// hashed is what a snapshot keeps of a batch's values.
func hashed(values map[string]any) map[uint64]uint64 {
	all := map[uint64]uint64{}
	for key, value := range values {
		all[xxhash.Sum64String(key)] = math.Float64bits(value.(float64))
	}
	return all
}

func TestASnapshotReadsBackAsItWasWritten(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	odd := []any{collector.Stale, math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), math.MaxFloat64, 0.0}
	for range 200 {
		values := map[string]any{}
		for range rng.IntN(300) {
			var value any = math.Float64frombits(rng.Uint64())
			if rng.IntN(4) == 0 {
				value = odd[rng.IntN(len(odd))]
			}
			values["n1:series_"+strconv.FormatUint(rng.Uint64(), 36)] = value
		}
		before := []byte("what stood there")
		written, err := collector.AppendSnapshot(before, values)
		if err != nil {
			t.Fatal(err)
		}
		snapshot, found := bytes.CutPrefix(written, before)
		if !found || len(snapshot) != 4+16*len(values) {
			t.Fatalf("%d series make %d bytes", len(values), len(written))
		}
		read, err := collector.ReadSnapshot(snapshot)
		if err != nil {
			t.Fatal(err)
		}
		compareBits(t, bits(read), hashed(values))
	}
}

func compareBits(t *testing.T, got, want map[uint64]uint64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d series are read back, want %d", len(got), len(want))
	}
	for key, value := range want {
		if b, found := got[key]; !found || b != value {
			t.Fatalf("series %x is %x (found: %v), want %x", key, b, found, value)
		}
	}
}

func TestASnapshotHoldsOnlyNumbers(t *testing.T) {
	for value, want := range map[any]string{
		"text": "series n1:up is a string, not a float64", 7: "series n1:up is a int, not a float64",
		nil: "series n1:up is a <nil>, not a float64",
	} {
		snapshot, err := collector.AppendSnapshot(nil, map[string]any{"n1:up": value})
		if err == nil || err.Error() != want || snapshot != nil {
			t.Errorf("a snapshot of %v is %x, %v, want the error %s", value, snapshot, err, want)
		}
	}
}

func TestReadSnapshotRefuses(t *testing.T) {
	entry := strings.Repeat("k", 8) + strings.Repeat("v", 8)
	for _, c := range []struct{ name, from, want string }{
		{"nothing", "", "snapshot: shorter than its count"},
		{"half a count", "\x00\x00\x00", "snapshot: shorter than its count"},
		{"a count of more", "\x00\x00\x00\x02" + entry, "snapshot: 16 bytes do not hold 2 series"},
		{"a count of fewer", "\x00\x00\x00\x00" + entry, "snapshot: 16 bytes do not hold 0 series"},
		{"half a series", "\x00\x00\x00\x01" + entry[:15], "snapshot: 15 bytes do not hold 1 series"},
		{"a count past all memory", "\xff\xff\xff\xff" + entry, "snapshot: 16 bytes do not hold 4294967295 series"},
		{"a series twice", "\x00\x00\x00\x02" + entry + entry, "snapshot: series 6b6b6b6b6b6b6b6b stands twice"},
	} {
		values, err := collector.ReadSnapshot([]byte(c.from))
		if err == nil || err.Error() != c.want || values != nil {
			t.Errorf("%s: %v, %v, want the error %s", c.name, values, err, c.want)
		}
	}
}

func FuzzReadSnapshot(f *testing.F) {
	written, err := collector.AppendSnapshot(nil, map[string]any{"n1:up": 1.0, "n2:up": 0.0, "n3:up": collector.Stale})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(written)
	f.Add(written[:len(written)-1])
	f.Add([]byte{0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, from []byte) {
		values, err := collector.ReadSnapshot(from)
		if err != nil {
			if values != nil {
				t.Errorf("values beside the error %v", err)
			}
			return
		}
		if len(from) != 4+16*len(values) { // so nothing was dropped or made up
			t.Errorf("%d bytes hold %d series", len(from), len(values))
		}
	})
}
