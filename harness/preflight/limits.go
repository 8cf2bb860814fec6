// Package preflight looks, before a run's first trial, for what would end every trial of it one by one: limits of the
// process, a place that cannot be written to, a loopback that does not answer.
package preflight

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// Needs are what the most demanding process of a run needs, as limits of processes count it. 0 asks for nothing.
type Needs struct {
	Files        uint64 // that are open at a time
	FileSize     uint64 // bytes of the largest file
	AddressSpace uint64 // bytes
	Data         uint64 // bytes of private memory
	CPU          uint64 // seconds of one process
	For          string // what needs it, in words: "3 members and a worker"
}

// limit is one that the kernel sets a process.
type limit struct {
	name     string
	resource int
	unit     string
	scale    uint64 // of the unit
	hard     bool   // Go's runtime raises the soft one to it by itself
	need     func(Needs) uint64
	remedy   string
}

const mb = 1 << 20

var limits = []limit{
	{"open files", unix.RLIMIT_NOFILE, "", 1, true, func(n Needs) uint64 { return n.Files },
		"ulimit -n 4096, which takes root where the hard limit is lower (docker --ulimit nofile=4096, LimitNOFILE " +
			"of systemd)"},
	{"file size", unix.RLIMIT_FSIZE, " MB", mb, false, func(n Needs) uint64 { return n.FileSize }, "ulimit -f unlimited"},
	{"address space", unix.RLIMIT_AS, " MB", mb, false, func(n Needs) uint64 { return n.AddressSpace },
		"ulimit -v unlimited"},
	{"data segment", unix.RLIMIT_DATA, " MB", mb, false, func(n Needs) uint64 { return n.Data }, "ulimit -d unlimited"},
	{"CPU time", unix.RLIMIT_CPU, " s", 1, false, func(n Needs) uint64 { return n.CPU }, "ulimit -t unlimited"},
}

// Limits compares this process's limits, which its children inherit, with what is needed. The error has a line for each
// that is too low: its name, its value, what is needed, and what to do.
func Limits(n Needs) error {
	return compare(n, func(resource int) (r unix.Rlimit, err error) { return r, unix.Getrlimit(resource, &r) })
}

func compare(n Needs, get func(resource int) (unix.Rlimit, error)) error {
	var errs []error
	for _, l := range limits {
		need := l.need(n)
		if need == 0 {
			continue
		}
		has, err := get(l.resource)
		if err != nil {
			return fmt.Errorf("the limit of %s: %w", l.name, err)
		}
		allowed := has.Cur
		if l.hard {
			allowed = has.Max
		}
		if allowed < need {
			errs = append(errs, fmt.Errorf("the limit of %s is %s, and %s may take %s: %s", l.name, l.show(allowed), n.For,
				l.show(up(need, l.scale)), l.remedy))
		}
	}
	return errors.Join(errs...)
}

func up(n, scale uint64) uint64 { return (n + scale - 1) / scale * scale }

func (l limit) show(n uint64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", float64(n)/float64(l.scale)), "0"), ".") + l.unit
}
