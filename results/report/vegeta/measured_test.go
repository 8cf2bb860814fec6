package vegeta

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"aftershock/internal/usage"
	"aftershock/results/report/reporttest"
)

var pages = flag.String("pages", "", "leave the pages of BenchmarkCommands in this folder")

// pageFile is where a command leaves its page.
func pageFile(t testing.TB, name string) string {
	t.Helper()
	folder := *pages
	if folder == "" {
		folder = reporttest.InMemory(t)
	}
	file, err := filepath.Abs(filepath.Join(folder, name+".html"))
	must(t, err)
	return file
}

// measured reports beside the time of a page its processor time, the most that this process had in memory while it was
// made, and its size.
func measured(b *testing.B, page func() []byte) {
	b.Helper()
	must(b, usage.ForgetPeak())
	b.ReportAllocs()
	size, before := 0, usage.CPU()
	for b.Loop() {
		size = len(page())
	}
	b.ReportMetric((usage.CPU()-before).Seconds()/float64(b.N), "cpu-s/op")
	most, err := usage.Peak()
	must(b, err)
	b.ReportMetric(most, "peak-MB")
	b.ReportMetric(float64(size)/1e3, "kB")
}

// started reports the same of a command, whose input is a file or nothing.
func started(b *testing.B, input, name string, args ...string) {
	b.Helper()
	must(b, usage.ForgetPeak()) // a process that is started inherits it (getrusage(2))
	var cpu time.Duration
	var most int64
	for b.Loop() {
		c := exec.CommandContext(b.Context(), name, args...)
		c.Stderr = os.Stderr
		if input != "" {
			file, err := os.Open(input)
			must(b, err)
			defer file.Close()
			c.Stdin = file
		}
		must(b, c.Run())
		cpu += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
		most = max(most, c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
	}
	b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(most)/1024, "peak-MB")
}
