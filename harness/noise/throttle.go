package noise

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// groups are the files cpu.stat of the cgroups whose CPU quota holds for this process: its own and those above.
type groups struct {
	root  fs.FS
	files []string
}

// ownGroups looks for them once: a process is hardly ever moved while it runs.
var ownGroups = sync.OnceValue(func() groups {
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return groups{}
	}
	return groupsOf(os.DirFS("/sys/fs/cgroup"), string(own))
})

// groupsOf finds the files below the usual mount point, by the lines of /proc/self/cgroup: in version 2 there is one tree,
// in version 1 one for the controller cpu. A container without a cgroup namespace sees its own group as the root and is
// told another path, so all the way up to the root is looked at.
//
// https://man7.org/linux/man-pages/man7/cgroups.7.html
func groupsOf(root fs.FS, own string) groups {
	g := groups{root: root}
	for line := range strings.Lines(own) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) != 3 {
			continue
		}
		switch controllers := fields[1]; {
		case controllers == "":
			g.climb(".", fields[2])
		case hasController(controllers, "cpu"):
			g.climb(controllers, fields[2])
		}
	}
	return g
}

func hasController(list, name string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one == name {
			return true
		}
	}
	return false
}

func (g *groups) climb(tree, own string) {
	for at := path.Clean("/" + own); ; at = path.Dir(at) {
		file := path.Join(tree, at, "cpu.stat")
		if _, err := fs.Stat(g.root, file); err == nil {
			g.files = append(g.files, file)
		}
		if at == "/" {
			return
		}
	}
}

// throttled is for how long a quota has held processes of the group back so far: of the group in which that was longest,
// because one wait may be booked in several. 0 where the kernel does not tell.
func (g groups) throttled() (most time.Duration) {
	for _, file := range g.files {
		if text, err := fs.ReadFile(g.root, file); err == nil {
			most = max(most, parseThrottled(string(text)))
		}
	}
	return most
}

// parseThrottled reads a cpu.stat: throttled_usec of version 2, throttled_time in nanoseconds of version 1. A file without
// either, as that of the root, tells of no quota.
func parseThrottled(text string) time.Duration {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		unit := time.Nanosecond
		switch name {
		case "throttled_usec":
			unit = time.Microsecond
		case "throttled_time":
		default:
			continue
		}
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && n >= 0 && n <= int64(forever/unit) {
			return time.Duration(n) * unit
		}
	}
	return 0
}
