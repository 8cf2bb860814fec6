package harness

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"aftershock/internal/cgroup"
	"aftershock/internal/process"
	"aftershock/results"

	"go.etcd.io/etcd/api/v3/version"
	"golang.org/x/sys/unix"
)

// Version and Commit are set at link time by make build; a plain go build has the commit from the build information.
var (
	Version = "devel"
	Commit  = ""
)

// Environment reads which machine and which software this is.
func Environment() results.Environment {
	e := results.Environment{
		Host: hostDigest(), Binary: binaryDigest(),
		CPU: cpuModel(), Cores: runtime.NumCPU(), Go: runtime.Version(), GOMAXPROCS: runtime.GOMAXPROCS(0),
		Etcd: version.Version, Aftershock: Version, Commit: commit(), Variables: variables(),
	}
	var sys unix.Sysinfo_t
	if unix.Sysinfo(&sys) == nil {
		e.MemoryMB = int(sys.Totalram * uint64(sys.Unit) >> 20)
	}
	allow(&e, limits())
	var uts unix.Utsname
	if unix.Uname(&uts) == nil {
		e.Kernel = unix.ByteSliceToString(uts.Release[:])
	}
	return e
}

// limits are those of the control groups; none where they are not shown, or cannot be understood.
func limits() cgroup.Limits {
	groups, err := cgroup.Own()
	if err != nil {
		return cgroup.Limits{}
	}
	l, err := groups.Limits()
	if err != nil {
		return cgroup.Limits{}
	}
	return l
}

// allow cuts what the machine has down to what the control groups allow. A quota of more than all cores limits nothing.
func allow(e *results.Environment, l cgroup.Limits) {
	if l.Cores < float64(e.Cores) {
		e.Allowed = l.Cores
	}
	if mb := int(l.Memory >> 20); mb > 0 && (e.MemoryMB == 0 || mb < e.MemoryMB) {
		e.MemoryMB = mb
	}
}

// variables lists the variables that members and workers inherit, and those that this process cannot drop: Go's runtime
// reads GODEBUG once, at its start.
func variables() []string {
	kept := process.Inherited().Kept
	if os.Getenv("GODEBUG") != "" {
		kept = append(kept, "GODEBUG (of the orchestrator alone)")
	}
	return kept
}

// liftMemoryLimit frees this process of GOMEMLIMIT: the peer network runs in it, and a collector that never rests would
// slow what is measured. Members and workers do not have the variable.
func liftMemoryLimit() (restore func()) {
	was := debug.SetMemoryLimit(math.MaxInt64)
	return func() { debug.SetMemoryLimit(was) }
}

// hostDigest tells this machine from others, and says nothing else about it. A container without a machine ID has its
// name. Without either it is "", and the machine cannot be told from others.
func hostDigest() string {
	id, err := os.ReadFile("/etc/machine-id")
	if err != nil || len(bytes.TrimSpace(id)) == 0 {
		name, err := os.Hostname()
		if err != nil || name == "" || name == "localhost" {
			return ""
		}
		id = []byte(name)
	}
	return digest(bytes.NewReader(append([]byte("aftershock "), bytes.TrimSpace(id)...)))
}

// binaryDigest is the SHA-256 of the running program, even if its file was replaced meanwhile.
var binaryDigest = sync.OnceValue(func() string {
	file, err := os.Open("/proc/self/exe")
	if err != nil {
		return ""
	}
	defer file.Close()
	return digest(file)
})

func digest(r io.Reader) string {
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func commit() string {
	if Commit != "" {
		return Commit
	}
	revision, dirty := "unknown", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				dirty = "-dirty"
			}
		}
	}
	return revision + dirty
}

// cpuModel is the first model name in /proc/cpuinfo; other architectures than x86 have none there.
func cpuModel() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
