package network_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"aftershock/chaos/network"
)

// An idle connection holds no buffer, nor do its goroutines hold large stacks. With a buffer for each direction it would
// be 128 KiB more. The ends are in this process and counted too; they are small.
func TestIdleConnectionIsSmall(t *testing.T) {
	noneLeft(t)
	const many, bound = 500, 48 << 10
	l := listenRaw(t)
	n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": l.Addr().String()})
	open := func(count int) {
		for range count {
			a := connect(t, n, "n1", "n2")
			b := acceptFrom(t, l)
			write(t, a, "?")
			read(t, b, 1)
			write(t, b, "!")
			read(t, a, 1)
		}
	}
	open(10)
	before := inUse()
	open(many)
	each := (int64(inUse()) - int64(before)) / many
	t.Logf("%d bytes of heap and stack for each connection", each)
	if each > bound {
		t.Errorf("%d bytes of heap and stack for each idle connection (allowed: up to %d)", each, bound)
	}
}

// inUse is what lives on the heap, and the stacks.
func inUse() uint64 {
	runtime.GC()
	runtime.GC() // the second one empties what the first left of the pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// BenchmarkTenThousandConnections opens ten thousand connections through the peer network, with their ends in other
// processes, and sends a byte there and back on each. MB is the resident memory (VmRSS) of this process, which is the
// network and the benchmark; KB/connection is by how much it grew. A limit of just 20,000 descriptors, which not even
// root may raise in some containers, has no room for the rest of the process: then there are a few connections less,
// as the figure beside says. Fewer than 9,000 are an error.
func BenchmarkTenThousandConnections(b *testing.B) {
	const want, least, others = 10_000, 9_000, 64
	have := descriptorLimit(b, 2*want+others)
	many := min(want, (int(have)-others)/2)
	if many < least {
		b.Fatalf("%d descriptors are too few for %d connections: two each, and %d (ulimit -n)", have, least, others)
	}
	for b.Loop() {
		b.StopTimer()
		m, d := startEnd(b, roleMember), startEnd(b, roleDialler)
		n := must[*network.PeerNetwork](b)(network.Listen(map[string]string{"n1": "127.0.0.1:1", "n2": m.line(b)}))
		before := resident(b)
		b.StartTimer()
		fmt.Fprintln(d.in, n.Addr(), many)
		if got := d.line(b); got != fmt.Sprint(many) {
			b.Fatalf("%s connections, want %d", got, many)
		}
		b.StopTimer()
		if got := linkOf(b, n, "n1", "n2").Connections(); got != many {
			b.Fatalf("%d connections are open, want %d", got, many)
		}
		after := resident(b)
		b.ReportMetric(float64(many), "connections")
		b.ReportMetric(float64(after)/1e6, "MB")
		b.ReportMetric(float64(after-before)/1e3/float64(many), "KB/connection")
		n.Close()
		b.StartTimer()
	}
}

// resident is the resident memory of this process in bytes.
func resident(t testing.TB) int64 {
	t.Helper()
	status := string(must[[]byte](t)(os.ReadFile("/proc/self/status")))
	_, rest, _ := strings.Cut(status, "VmRSS:")
	var kb int64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		t.Fatalf("VmRSS in /proc/self/status: %v", err)
	}
	return kb << 10
}
