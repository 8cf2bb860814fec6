package cgroup

import (
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// tree is a machine's files by their paths.
func tree(files map[string]string) fs.FS {
	all := fstest.MapFS{}
	for name, text := range files {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

const (
	v2Mount  = "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
	v1CPU    = "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
	v1Memory = "34 31 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
	otherFS  = "23 1 0:2 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw\n"
	endless  = "9223372036854771712\n"
)

// The trees have the forms that kernels, container engines and systemd give them.
var trees = []struct {
	name  string
	files map[string]string
	want  Limits
	held  Throttling
}{
	{"a container of its own view, version 2", map[string]string{
		"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": otherFS + v2Mount,
		"sys/fs/cgroup/cpu.max": "50000 100000\n", "sys/fs/cgroup/memory.max": "536870912\n",
		"sys/fs/cgroup/cpu.stat": "usage_usec 17\nnr_periods 93\nnr_throttled 59\nthrottled_usec 2500000\n",
	}, Limits{0.5, 512 << 20}, Throttling{59, 2500 * time.Millisecond}},
	{"ancestors limit, version 2", map[string]string{
		"proc/self/cgroup": "0::/user.slice/user-1000.slice/session-3.scope\n", "proc/self/mountinfo": v2Mount,
		"sys/fs/cgroup/cgroup.procs":                                                "",
		"sys/fs/cgroup/user.slice/cpu.max":                                          "150000 100000\n",
		"sys/fs/cgroup/user.slice/memory.max":                                       "max\n",
		"sys/fs/cgroup/user.slice/cpu.stat":                                         "nr_throttled 4\nthrottled_usec 7\n",
		"sys/fs/cgroup/user.slice/user-1000.slice/cpu.max":                          "max 100000\n",
		"sys/fs/cgroup/user.slice/user-1000.slice/memory.max":                       "1073741824\n",
		"sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope/cpu.max":          "400000 100000\n",
		"sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope/memory.max":       "2147483648\n",
		"sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope/cpu.stat":         "nr_throttled 0\nthrottled_usec 0\n",
		"sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope/cpu.pressure":     "",
		"sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope/cgroup.procs.bak": "",
	}, Limits{1.5, 1 << 30}, Throttling{4, 7 * time.Microsecond}},
	{"version 1, controllers mounted together, the whole hierarchy in view", map[string]string{
		"proc/self/cgroup":    "9:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n1:name=systemd:/docker/1f\n",
		"proc/self/mountinfo": v1CPU + v1Memory,
		"sys/fs/cgroup/cpu,cpuacct/docker/1f/cpu.cfs_quota_us":       "200000\n",
		"sys/fs/cgroup/cpu,cpuacct/docker/1f/cpu.cfs_period_us":      "100000\n",
		"sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us":          "-1\n",
		"sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us":         "100000\n",
		"sys/fs/cgroup/cpu,cpuacct/docker/1f/cpu.stat":               "nr_periods 9\nnr_throttled 3\nthrottled_time 1500\n",
		"sys/fs/cgroup/memory/docker/1f/memory.limit_in_bytes":       endless,
		"sys/fs/cgroup/memory/docker/memory.limit_in_bytes":          "268435456\n",
		"sys/fs/cgroup/memory/docker/1f/memory.stat":                 "cache 0\nhierarchical_memory_limit 268435456\n",
		"sys/fs/cgroup/memory/docker/1f/memory.usage_in_bytes.extra": "",
	}, Limits{2, 256 << 20}, Throttling{3, 1500}},
	{"version 1 in a container that sees its group at the mount's top", map[string]string{
		"proc/self/cgroup": "9:memory:/docker/1f\n4:cpu:/docker/1f\n",
		"proc/self/mountinfo": "33 31 0:30 /docker/1f /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n" +
			"34 31 0:31 /docker/1f /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
		"sys/fs/cgroup/cpu/cpu.cfs_quota_us":         "25000\n",
		"sys/fs/cgroup/cpu/cpu.cfs_period_us":        "50000\n",
		"sys/fs/cgroup/memory/memory.limit_in_bytes": endless,
		// An ancestor outside of the view has the limit.
		"sys/fs/cgroup/memory/memory.stat": "hierarchical_memory_limit 134217728\n",
	}, Limits{0.5, 128 << 20}, Throttling{}},
	{"both versions: the controllers are version 1's", map[string]string{
		"proc/self/cgroup":                             "2:cpu,cpuacct:/a\n0::/a\n",
		"proc/self/mountinfo":                          v1CPU + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
		"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "100000\n", "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "100000\n",
		"sys/fs/cgroup/unified/a/memory.max": "1048576\n",
	}, Limits{1, 1 << 20}, Throttling{}},
	{"the same hierarchy mounted twice: the mount that shows more", map[string]string{
		"proc/self/cgroup":    "0::/a/b\n",
		"proc/self/mountinfo": v2Mount + "40 24 0:26 /a/b /mnt/only rw - cgroup2 cgroup2 rw\n",
		"mnt/only/cpu.max":    "max 100000\n", "sys/fs/cgroup/a/b/cpu.max": "max 100000\n", "sys/fs/cgroup/a/cpu.max": "70000 100000\n",
	}, Limits{Cores: 0.7}, Throttling{}},
	{"a process outside of its own view", map[string]string{
		"proc/self/cgroup": "0::/../other\n", "proc/self/mountinfo": v2Mount, "sys/fs/cgroup/cpu.max": "30000 100000\n",
	}, Limits{Cores: 0.3}, Throttling{}},
	{"a group that the mount does not show", map[string]string{
		"proc/self/cgroup": "0::/kubepods/pod7/c1\n", "proc/self/mountinfo": v2Mount, "sys/fs/cgroup/cpu.max": "30000 100000\n",
	}, Limits{Cores: 0.3}, Throttling{}},
	{"a mount whose root only begins alike", map[string]string{
		"proc/self/cgroup":    "0::/abc\n",
		"proc/self/mountinfo": "30 24 0:26 /ab /one rw - cgroup2 cgroup2 rw\n31 24 0:26 /abc /two rw - cgroup2 cgroup2 rw\n",
		"one/cpu.max":         "10000 100000\n", "two/cpu.max": "20000 100000\n",
	}, Limits{Cores: 0.2}, Throttling{}},
	{"blanks and colons in paths", map[string]string{
		"proc/self/cgroup": "0::/a b:c\n", "proc/self/mountinfo": `30 24 0:26 / /my\040cgroups rw - cgroup2 cgroup2 rw` + "\n",
		"my cgroups/a b:c/cpu.max": "10000 20000\n",
	}, Limits{Cores: 0.5}, Throttling{}},
	{"a group that was removed", map[string]string{
		"proc/self/cgroup": "0::/a (deleted)\n", "proc/self/mountinfo": v2Mount, "sys/fs/cgroup/cpu.max": "max 100000\n",
	}, Limits{}, Throttling{}},
	{"no limits", map[string]string{
		"proc/self/cgroup": "3:memory:/a\n0::/a\n", "proc/self/mountinfo": v1Memory + v2Mount,
		"sys/fs/cgroup/a/cpu.max": "max 100000\n", "sys/fs/cgroup/memory/a/memory.limit_in_bytes": endless,
		"sys/fs/cgroup/memory/a/memory.stat": "hierarchical_memory_limit " + endless,
	}, Limits{}, Throttling{}},
	{"nothing mounted", map[string]string{"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": otherFS}, Limits{}, Throttling{}},
	{"no control groups", map[string]string{"etc/passwd": ""}, Limits{}, Throttling{}},
}

// A quota of half a processor went unseen: runs said "2 cores", and were compared with runs without the quota.
func TestLimits(t *testing.T) {
	for _, c := range trees {
		t.Run(c.name, func(t *testing.T) {
			g, err := Find(tree(c.files))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := g.Limits(); err != nil || got != c.want {
				t.Errorf("limits %+v, %v, want %+v", got, err, c.want)
			}
			if got, err := g.Throttling(); err != nil || got != c.held {
				t.Errorf("throttling %+v, %v, want %+v", got, err, c.held)
			}
		})
	}
}

func TestWhatCannotBeUnderstoodIsNamed(t *testing.T) {
	good := map[string]string{"proc/self/cgroup": "2:cpu:/\n1:memory:/\n0::/\n", "proc/self/mountinfo": v1CPU + v1Memory}
	const cpu, memory = "sys/fs/cgroup/cpu,cpuacct/", "sys/fs/cgroup/memory/"
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"membership": {map[string]string{"proc/self/cgroup": "0::/\n0:x\n"},
			`/proc/self/cgroup:2: "0:x", want hierarchy:controllers:/group`},
		"mount": {map[string]string{"proc/self/mountinfo": "30 24 cgroup2\n"},
			`/proc/self/mountinfo:1: no mount: "30 24 cgroup2"`},
		"mount's path": {map[string]string{"proc/self/mountinfo": "30 24 0:1 / sys rw - cgroup2 c rw\n"},
			"/proc/self/mountinfo:1: / and sys are not absolute"},
		"quota": {map[string]string{cpu + "cpu.cfs_quota_us": "half"},
			"/" + cpu + `cpu.cfs_quota_us:1: "half" is not a number`},
		"period": {map[string]string{cpu + "cpu.cfs_quota_us": "1", cpu + "cpu.cfs_period_us": "0"},
			"cpu.cfs_period_us:1: a period of 0 us"},
		"memory": {map[string]string{memory + "memory.limit_in_bytes": "1 GB"},
			`memory.limit_in_bytes:1: "1 GB" is not a number`},
		"memory.stat": {
			map[string]string{memory + "memory.limit_in_bytes": "1", memory + "memory.stat": "a 1\nb x\n"}, `memory.stat:2: b is "x", no counter`,
		},
		"throttled": {map[string]string{cpu + "cpu.stat": "throttled_usec 18446744073709551\n"}, "cpu.stat:1: throttled_usec is 18446744073709551"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{cpu + "cgroup.procs": "", memory + "cgroup.procs": ""}
			for _, m := range []map[string]string{good, c.files} {
				maps.Copy(files, m)
			}
			g, err := Find(tree(files))
			if err == nil {
				_, err = g.Limits()
			}
			if err == nil {
				_, err = g.Throttling()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
