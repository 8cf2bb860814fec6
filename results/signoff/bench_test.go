package signoff_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"aftershock/internal/usage"
	"aftershock/results/signoff"
)

// BenchmarkDigests is how fast a run's files are held against their digests: 64 MB in files of 4 MB.
func BenchmarkDigests(b *testing.B) {
	folder, piece := b.TempDir(), make([]byte, 4<<20)
	for i := range 16 {
		rand.Read(piece)
		must(b, os.WriteFile(filepath.Join(folder, strconv.Itoa(i)), piece, 0o600))
	}
	b.SetBytes(64 << 20)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := signoff.Digests(folder); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify is how fast evidence is verified: signatures, digests, every figure.
func BenchmarkVerify(b *testing.B) {
	m := signed(b, folderOf(b, options{}))
	q := m.question(b)
	holds, err := signoff.Verify(b.Context(), q)
	must(b, err)
	b.SetBytes(holds.Bytes)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := signoff.Verify(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyGigabyte is BenchmarkVerify with a run of a gigabyte, the processor time that each takes, and the most
// memory that the process had at once.
func BenchmarkVerifyGigabyte(b *testing.B) {
	m := signed(b, folderOf(b, options{fixes: 90, pairs: 16}))
	q := m.question(b)
	must(b, usage.ForgetPeak())
	before := usage.CPU()
	for b.Loop() {
		holds, err := signoff.Verify(b.Context(), q)
		must(b, err)
		b.SetBytes(holds.Bytes)
	}
	b.ReportMetric((usage.CPU()-before).Seconds()/float64(b.N), "cpu-s/op")
	most, err := usage.Peak()
	must(b, err)
	b.ReportMetric(most, "peak-MB")
}
