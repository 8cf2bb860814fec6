package noise

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"
)

const (
	// Linux 5.15, version 1, a group with a quota of 50 of 100 ms.
	stat1 = "nr_periods 93\nnr_throttled 59\nthrottled_time 2907000000\n"
	// Linux 6.8, version 2.
	stat2 = "usage_usec 5000\nuser_usec 4000\nsystem_usec 1000\nnr_periods 10\nnr_throttled 4\nthrottled_usec 120000\n"
	root2 = "usage_usec 5000\nuser_usec 4000\nsystem_usec 1000\n"
)

func TestThrottled(t *testing.T) {
	for _, c := range []struct {
		name, own string
		files     map[string]string
		read      []string
		want      time.Duration
	}{
		{"version 2, the quota is that of the parent", "0::/a/b\n",
			map[string]string{"cpu.stat": root2, "a/cpu.stat": stat2, "a/b/cpu.stat": root2},
			[]string{"a/b/cpu.stat", "a/cpu.stat", "cpu.stat"}, 120 * time.Millisecond},
		{"version 1", "3:cpuset:/\n2:cpu,cpuacct:/a\n1:memory:/m\n",
			map[string]string{"cpu,cpuacct/a/cpu.stat": stat1, "memory/m/cpu.stat": stat2, "cpuset/cpu.stat": stat2},
			[]string{"cpu,cpuacct/a/cpu.stat"}, 2907 * time.Millisecond},
		{"a container that is told the host's path", "2:cpu:/docker/0123\n",
			map[string]string{"cpu/cpu.stat": stat1}, []string{"cpu/cpu.stat"}, 2907 * time.Millisecond},
		{"both versions, the longest counts", "2:cpu:/\n0::/\n",
			map[string]string{"cpu/cpu.stat": stat1, "cpu.stat": stat2}, []string{"cpu/cpu.stat", "cpu.stat"}, 2907 * time.Millisecond},
		{"no cgroup", "", map[string]string{"cpu.stat": stat2}, nil, 0},
		{"nothing is mounted", "0::/a\n", nil, nil, 0},
		{"out of the tree", "0::/../../a\n", map[string]string{"cpu.stat": stat2}, []string{"cpu.stat"}, 120 * time.Millisecond},
		{"nonsense", "::\n0\n2:cpu:/\n", map[string]string{"cpu/cpu.stat": "throttled_time x\nthrottled_usec -1\n"}, []string{"cpu/cpu.stat"}, 0},
	} {
		g := groupsOf(proc(c.files), c.own)
		if !slices.Equal(g.files, c.read) {
			t.Errorf("%s: reads %q, want %q", c.name, g.files, c.read)
		}
		if got := g.throttled(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func FuzzParseThrottled(f *testing.F) {
	for _, s := range []string{stat1, stat2, root2, "throttled_usec 9223372036854775807", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := parseThrottled(text); got < 0 {
			t.Fatalf("%v", got)
		}
	})
}

func FuzzGroups(f *testing.F) {
	f.Add("0::/a/b\n2:cpu,cpuacct:/a\n")
	f.Add("0::../..\n")
	files := fstest.MapFS{"cpu.stat": {Data: []byte(stat2)}}
	f.Fuzz(func(t *testing.T, own string) {
		if got := groupsOf(files, own).throttled(); got != 0 && got != 120*time.Millisecond {
			t.Fatalf("%v", got)
		}
	})
}
