// Package cgroup tells what the control groups of this process allow it: processor time and memory. Linux has two kinds
// of them, and machines mount either or both; what a group's ancestors allow counts as well.
//
// https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/
package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"sync"
	"time"
)

// Limits are what a process's groups allow. The zero value allows all.
type Limits struct {
	Cores  float64 // processor time a time, such as 0.5; 0 when there is no limit
	Memory int64   // bytes; 0 when there is no limit
}

// Throttling is how long a process's groups were held back since they were made, because they had used up their
// processor time.
type Throttling struct {
	Periods uint64        // in which something was held back
	Time    time.Duration // summed over processors
}

// Groups are the control groups of one process. The zero value limits nothing.
type Groups struct {
	root   fs.FS
	cpu    group
	memory group
}

// Own finds the groups of this process. A machine without control groups, or one that hides them, gives none and no
// error; an error names the file that cannot be understood.
func Own() (Groups, error) { return own() }

// A process is hardly ever moved while it runs, and so they are looked for once.
var own = sync.OnceValues(func() (Groups, error) { return Find(os.DirFS("/")) })

// Find finds the groups of this process in a file system that has /proc and the control groups' mounts.
func Find(root fs.FS) (Groups, error) {
	member, err := parsed(root, "proc/self/cgroup", parseMembership)
	if err != nil {
		return Groups{}, unlessHidden(err)
	}
	mounts, err := parsed(root, "proc/self/mountinfo", parseMounts)
	if err != nil {
		return Groups{}, unlessHidden(err)
	}
	cpu, memory := locate(root, member, mounts, "cpu"), locate(root, member, mounts, "memory")
	return Groups{root: root, cpu: cpu, memory: memory}, nil
}

// Limits reads the tightest limits among the groups and their ancestors, as far as those can be seen from here.
func (g Groups) Limits() (l Limits, err error) {
	cores, err := tightest(g.root, g.cpu, readCores)
	if err != nil {
		return l, err
	}
	memory, err := tightest(g.root, g.memory, readMemory)
	if err != nil {
		return l, err
	}
	if !math.IsInf(cores, 1) {
		l.Cores = cores
	}
	if memory < noMemoryLimit {
		l.Memory = int64(memory)
	}
	return l, nil
}

// Throttling reads the counters of the group that was held back the most: the kernel counts where the limit is set,
// which may be an ancestor.
func (g Groups) Throttling() (most Throttling, err error) {
	for _, folder := range g.cpu.path() {
		t, err := parsed(g.root, path.Join(folder, "cpu.stat"), parseStat)
		if hidden(err) {
			continue
		}
		if err != nil {
			return Throttling{}, err
		}
		most.Periods, most.Time = max(most.Periods, t.Periods), max(most.Time, t.Time)
	}
	return most, nil
}

// tightest is the least of a limit over a group and its ancestors. A file that is not there sets none: the root of all
// has no limits, and a group without the controller neither.
func tightest(root fs.FS, g group, read func(fs.FS, string, bool) (float64, error)) (float64, error) {
	least := math.Inf(1)
	for _, folder := range g.path() {
		limit, err := read(root, folder, g.v2)
		if hidden(err) {
			continue
		}
		if err != nil {
			return 0, err
		}
		least = min(least, limit)
	}
	return least, nil
}

func readCores(root fs.FS, folder string, v2 bool) (float64, error) {
	if v2 {
		return parsed(root, path.Join(folder, "cpu.max"), parseMax)
	}
	quota, err := parsed(root, path.Join(folder, "cpu.cfs_quota_us"), parseNumber)
	if err != nil || quota <= 0 { // -1 is no limit
		return math.Inf(1), err
	}
	name := path.Join(folder, "cpu.cfs_period_us")
	period, err := parsed(root, name, parseNumber)
	if err == nil && period <= 0 {
		err = fmt.Errorf("/%s:1: a period of %v us", name, period)
	}
	return quota / period, err
}

// noMemoryLimit and more is how version 1 says that there is no limit: all bytes that a page count can hold.
const noMemoryLimit = 1 << 62

func readMemory(root fs.FS, folder string, v2 bool) (float64, error) {
	if v2 {
		return parsed(root, path.Join(folder, "memory.max"), parseBytes)
	}
	own, err := parsed(root, path.Join(folder, "memory.limit_in_bytes"), parseNumber)
	if err != nil {
		return 0, err
	}
	// Ancestors that lie outside of a container's view are in this figure too.
	above, err := parsed(root, path.Join(folder, "memory.stat"), parseHierarchical)
	if hidden(err) {
		return own, nil
	}
	return min(own, above), err
}

// hidden tells whether an error says that a file is not shown to this process.
func hidden(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
}

func unlessHidden(err error) error {
	if hidden(err) {
		return nil
	}
	return err
}

// parsed reads a file and parses its text. A parser's error begins with the line.
func parsed[T any](root fs.FS, name string, parse func(string) (T, error)) (value T, err error) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return value, fmt.Errorf("control group: %w", err)
	}
	if value, err = parse(string(text)); err != nil {
		return value, fmt.Errorf("control group: /%s:%w", name, err)
	}
	return value, nil
}
