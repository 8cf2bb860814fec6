package cgroup

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"
)

func TestParseMax(t *testing.T) {
	for text, want := range map[string]float64{
		"max 100000\n": math.Inf(1), "50000 100000\n": 0.5, "100000 25000": 4, "1000 1000000\n": 0.001,
	} {
		if got, err := parseMax(text); err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "max", "0 100000", "-1 100000", "max 0", "1 2 3", "x 100000", "1 -5"} {
		if got, err := parseMax(text); err == nil || !strings.HasPrefix(err.Error(), "1: ") {
			t.Errorf("%q: %v, %v, want an error with its line", text, got, err)
		}
	}
}

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "/a": "/a", `/a\040b\134`: `/a b\`, `\04`: `\04`, `\999`: `\999`, `x\011`: "x\t", `\\040`: `\ `,
	} {
		if got := unescape(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Whatever the files hold, nothing panics, and limits are of the kind that the fields promise.
func FuzzFind(f *testing.F) {
	for _, c := range trees {
		f.Add(c.files["proc/self/cgroup"], c.files["proc/self/mountinfo"], "50000 100000", "1048576", "nr_throttled 1\nthrottled_usec 2")
	}
	f.Add("1:cpu:/..\n", "1 1 1 /../.. / rw - cgroup c cpu", "1", "-1", "throttled_time 9223372036854775808")
	f.Fuzz(func(t *testing.T, membership, mounts, quota, memory, stat string) {
		files := fstest.MapFS{
			"proc/self/cgroup": {Data: []byte(membership)}, "proc/self/mountinfo": {Data: []byte(mounts)},
		}
		for _, folder := range []string{"sys/fs/cgroup/", "sys/fs/cgroup/cpu,cpuacct/", "sys/fs/cgroup/memory/", ""} {
			for name, text := range map[string]string{
				"cpu.max": quota, "cpu.cfs_quota_us": quota, "cpu.cfs_period_us": quota, "cpu.stat": stat,
				"memory.max": memory, "memory.limit_in_bytes": memory, "memory.stat": stat,
			} {
				files[folder+name] = &fstest.MapFile{Data: []byte(text)}
			}
		}
		g, err := Find(files)
		if err != nil {
			return
		}
		if l, err := g.Limits(); err == nil && (l.Cores < 0 || math.IsNaN(l.Cores) || math.IsInf(l.Cores, 0) || l.Memory < 0) {
			t.Errorf("limits %+v", l)
		}
		if held, err := g.Throttling(); err == nil && held.Time < 0 {
			t.Errorf("throttling %+v", held)
		}
	})
}
