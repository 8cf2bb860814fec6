package load_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
)

// BenchmarkDrive is the harness's own path, with everything on, for an operation that does nothing: pacer, lateness
// histogram, pool, two clocks, table. All operations are due at once, so that no waiting is in it. The design allows
// 200 ns and no allocation an operation.
func BenchmarkDrive(b *testing.B) {
	for _, workers := range []int{2, 16, 1200} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			const timeout = 24 * time.Hour
			table, err := ops.Create(filepath.Join(b.TempDir(), "ops.bin"), ops.Header{
				Streams: []ops.Stream{{Name: "s", Slots: b.N, Timeout: timeout}},
			})
			if err != nil {
				b.Fatal(err)
			}
			defer table.Close()
			stream := load.Stream{
				Name: "s", Intended: make([]int64, b.N), Timeout: timeout, Workers: workers, Queue: b.N, Do: func(*load.Op) {},
			}
			b.ReportAllocs()
			b.ResetTimer()
			report, err := load.Drive(context.Background(), clock.Now(), table, []load.Stream{stream})
			b.StopTimer()
			if err != nil || report.Streams[0].Books.OK != b.N {
				b.Fatalf("%+v, %v, want %d ok", report, err, b.N)
			}
		})
	}
}
