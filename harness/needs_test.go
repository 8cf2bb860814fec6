package harness

import (
	"strings"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness/load"
	"aftershock/results"
)

// asking are options of a run of so many members, and a batch stream of a rate.
func asking(members int, runtime string, rate float64) Options {
	o := Options{
		Scenario: Scenario{
			Cluster: ClusterSpec{Members: members, Data: Tmpfs}, Phases: Phases{Steady: 10 * time.Second},
			Streams: []Stream{{Name: "batch", Rate: rate, Arrival: load.Constant, Timeout: time.Second}},
		},
		Fixes: []Fix{made("one", 1, 0)},
		Plans: []plan.Plan{{Pair: 1}, {Pair: 2}},
	}
	for _, r := range Runtimes() {
		if r.Name == runtime {
			o.Runtime = r
		}
	}
	return o
}

// Needs follow from the members, from where they live, and from the load.
func TestNeeds(t *testing.T) {
	const gb = 1 << 30
	for _, c := range []struct {
		name                   string
		o                      Options
		files, size, addresses uint64
	}{
		{"no cluster", asking(0, "processes", 10), 64, 4 << 20, 4 * gb},
		{"one member", asking(1, "processes", 10), 222, 160 << 20, 24 * gb},
		{"three members", asking(3, "processes", 10), 238, 160 << 20, 24 * gb},
		{"nine members", asking(9, "processes", 10), 64 + 16*81, 160 << 20, 24 * gb},
		{"three in this process", asking(3, "embedded", 10), 238 + 214, 160 << 20, 72 * gb},
		{"external", asking(3, "external", 10), 64, 4 << 20, 4 * gb},
	} {
		n, err := c.o.needs()
		if err != nil || n.Files != c.files || n.FileSize != c.size || n.AddressSpace != c.addresses {
			t.Errorf("%s: %+v, %v", c.name, n, err)
		}
	}
	// A fast stream's table is larger than anything else, and was not reckoned with.
	o := asking(0, "processes", 100_000)
	n, err := o.needs()
	if err != nil || n.FileSize < 1_000_000*32 {
		t.Errorf("a million operations: %+v, %v", n, err)
	}
}

func TestMemory(t *testing.T) {
	for _, c := range []struct {
		o    Options
		mb   int
		want string
	}{
		{asking(3, "processes", 10), 400, "memory: 400 MB can be used, by the machine or its control group, and 3 members and the worker, their data included, may take 820 MB: "},
		{asking(3, "processes", 10), 820, ""},
		{asking(0, "processes", 10), 100, ""},
		{asking(3, "external", 10), 100, ""},
		{asking(3, "processes", 10), 0, ""}, // unknown
	} {
		err := c.o.checkMemory(results.Environment{MemoryMB: c.mb})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d MB: %v, want %q", c.mb, err, c.want)
		}
	}
	disk := asking(3, "processes", 10)
	disk.Scenario.Cluster.Data = Disk
	if err := disk.checkMemory(results.Environment{MemoryMB: 429}); err == nil || !strings.Contains(err.Error(), "and the worker may take 430 MB") {
		t.Errorf("data on a disk: %v", err)
	}
}
