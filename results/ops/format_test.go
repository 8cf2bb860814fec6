package ops_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/results/ops"

	"github.com/cespare/xxhash/v2"
)

// sample is a small table's bytes, with a few records in it.
func sample(t testing.TB) []byte {
	t.Helper()
	table, path := create(t, twoStreams)
	for n := range 20 {
		table.Put(0, n, ops.Record{Outcome: ops.OK, Intended: int64(n) * 1e6, Service: 150e3})
	}
	table.Put(1, 0, ops.Record{Outcome: ops.Failed, Reason: ops.Timeout, Lag: 1, Service: 80e6})
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReadSaysWhatIsWrongAndWhere(t *testing.T) {
	good := sample(t)
	const slots = 8192 // where the slots of stream 0 begin
	set := func(offset int, b ...byte) []byte {
		data := bytes.Clone(good)
		copy(data[offset:], b)
		return data
	}
	swapped := bytes.Clone(good)
	copy(swapped[slots:], good[slots+40:slots+80])
	copy(swapped[slots+40:], good[slots:slots+40])
	for name, c := range map[string]struct {
		data   []byte
		offset int64
		want   string
	}{
		"empty":              {nil, 0, "not an operation table"},
		"something else":     {[]byte("PK\x03\x04 and so on, and on, and on"), 0, `it begins with "PK`},
		"cut in the prefix":  {good[:20], 20, "truncated within its first 24 bytes"},
		"newer":              {set(8, 2), 8, "version 2 is newer than 1"},
		"older":              {set(8, 0), 8, "version 0 is older than 1"},
		"a giant header":     {set(12, 0xff, 0xff, 0xff, 0xff), 12, "a header of 4294967295 bytes"},
		"cut in the header":  {good[:100], 100, "truncated within its header"},
		"header altered":     {set(40, '7'), 24, "corrupted: the header's digest"},
		"cut in the slots":   {good[:len(good)-1], int64(len(good) - 1), "truncated: "},
		"too long":           {append(bytes.Clone(good), 1, 2), int64(len(good)), "2 bytes too many"},
		"outcome altered":    {set(slots+40*3, 2), slots + 40*3, `operation 3 of stream "batch": corrupted`},
		"response altered":   {set(slots+40*3+25, 9), slots + 40*3, `operation 3 of stream "batch": corrupted`},
		"aux altered":        {set(slots+40*300+39, 1), slots + 40*300, `operation 0 of stream "publish": corrupted`},
		"records swapped":    {swapped, slots, `operation 0 of stream "batch": corrupted`},
		"commit without any": {set(slots+40*200, 1), slots + 40*200, `operation 200 of stream "batch": corrupted`},
	} {
		path := filepath.Join(t.TempDir(), "ops.bin")
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, fromFile := ops.Read(path)
		_, fromMemory := ops.Parse(path, c.data)
		if fromFile == nil || fromMemory == nil || fromFile.Error() != fromMemory.Error() {
			t.Errorf("%s: Read says %v, Parse says %v", name, fromFile, fromMemory)
			continue
		}
		if _, scanned := ops.Scan(path); scanned == nil || scanned.Error() != fromFile.Error() {
			t.Errorf("%s: Read says %v, Scan says %v", name, fromFile, scanned)
		}
		var wrong *ops.FormatError
		if !errors.As(fromFile, &wrong) || wrong.Offset != c.offset || wrong.File != path {
			t.Errorf("%s: %v, want offset %d", name, fromFile, c.offset)
		}
		if !strings.Contains(fromFile.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, fromFile, c.want)
		}
	}
}

// A slot whose writer was killed before the commit mark is empty, whatever its other fields hold.
func TestUncommittedSlotIsEmpty(t *testing.T) {
	data := sample(t)
	copy(data[8192+40*250+8:], "half a record")
	log, err := ops.Parse("x", data)
	if err != nil {
		t.Fatal(err)
	}
	if _, filled := log.Get(0, 250); filled {
		t.Error("the slot counts as filled")
	}
}

func TestEveryFlippedBitOfARecordIsNoticed(t *testing.T) {
	good := sample(t)
	for bit := range 40 * 8 {
		data := bytes.Clone(good)
		data[8192+40*5+bit/8] ^= 1 << (bit % 8)
		if _, err := ops.Parse("x", data); err == nil {
			t.Errorf("bit %d: not noticed", bit)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample(f)[:24+64])
	f.Add([]byte("AFTSHOPS\x01\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := ops.Parse("fuzz", data)
		if err != nil {
			return
		}
		exercise(t, log)
	})
}

// FuzzMutate alters a good table in two places and cuts it: it is refused, or is no worse than the bytes that no check
// covers, which are the padding and the counters.
func FuzzMutate(f *testing.F) {
	good := sample(f)
	f.Add(8192, byte(1), 8200, byte(0x80), len(good))
	f.Add(16, byte(2), 12, byte(1), 9000)
	f.Fuzz(func(t *testing.T, at int, flip byte, at2 int, flip2 byte, length int) {
		data := bytes.Clone(good)
		data[uint(at)%uint(len(data))] ^= flip
		data[uint(at2)%uint(len(data))] ^= flip2
		log, err := ops.Parse("fuzz", data[:uint(length)%uint(len(data)+1)])
		if err != nil {
			return
		}
		exercise(t, log)
		if got := log.Books(0); got.OK != 20 {
			t.Errorf("books %+v", got)
		}
	})
}

// FuzzHeader puts arbitrary text where the header goes, with the length and the digest that make it count.
func FuzzHeader(f *testing.F) {
	for _, h := range []ops.Header{twoStreams, {Streams: []ops.Stream{{Name: "s", Timeout: 1}}}} {
		text, err := json.Marshal(h)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), 12288)
	}
	f.Add(`{"streams":[{"name":"s","slots":9223372036854775807,"timeout_ns":1}]}`, 4096)
	f.Add(`{"streams":[{"name":"s","slots":1,"timeout_ns":1}]} {}`, 4136)
	f.Fuzz(func(t *testing.T, text string, size int) {
		data := append([]byte("AFTSHOPS"), 1, 0, 0, 0)
		data = binary.LittleEndian.AppendUint32(data, uint32(len(text)))
		data = binary.LittleEndian.AppendUint64(data, xxhash.Sum64String(text))
		data = append(data, text...)
		if room := min(size, 1<<20) - len(data); room > 0 {
			data = append(data, make([]byte, room)...)
		}
		log, err := ops.Parse("fuzz", data)
		if err != nil {
			return
		}
		exercise(t, log)
		table, path := create(t, log.Header) // what was read can be written again
		defer table.Close()
		if again := read(t, path); !reflect.DeepEqual(again.Header, log.Header) {
			t.Errorf("header %+v came back as %+v", log.Header, again.Header)
		}
	})
}

func exercise(t *testing.T, log *ops.Log) {
	for i, s := range log.Streams {
		if books := log.Books(i); books.Offered != s.Slots {
			t.Errorf("stream %q: offered %d of %d slots", s.Name, books.Offered, s.Slots)
		}
	}
	for _, c := range log.Counters {
		if _, err := log.Counter(c.Name); err != nil {
			t.Error(err)
		}
	}
}

// Whatever is put comes back as it was, from any slot, and nothing else does.
func FuzzPut(f *testing.F) {
	f.Add(uint64(1))
	f.Add(uint64(77))
	f.Fuzz(func(t *testing.T, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 0))
		table, path := create(t, twoStreams)
		defer table.Close()
		put := [2]map[int]ops.Record{{}, {}}
		for range rng.IntN(400) {
			stream := rng.IntN(2)
			n := rng.IntN(twoStreams.Streams[stream].Slots)
			put[stream][n] = randomRecord(rng)
			table.Put(stream, n, put[stream][n])
		}
		log := read(t, path)
		for stream, want := range put {
			got := maps.Collect(log.Records(stream))
			if !reflect.DeepEqual(got, want) {
				t.Errorf("stream %d: got %v, want %v", stream, got, want)
			}
		}
	})
}

func randomRecord(rng *rand.Rand) ops.Record {
	reasons := []ops.Reason{ops.NoReason, ops.Timeout, ops.Error, ops.Ambiguous, ops.Rejected,
		ops.QueueExpired, ops.InFlightCap, ops.GeneratorLate, ops.Crashed, ops.Interrupted}
	reason := reasons[rng.IntN(len(reasons))]
	return ops.Record{
		Outcome: reason.Outcome(), Reason: reason, Flags: ops.Flags(rng.IntN(4)),
		Intended: int64(rng.Uint64()), Lag: time.Duration(rng.Uint64()), Service: time.Duration(rng.Uint64()),
		Aux: int64(rng.Uint64()),
	}
}
