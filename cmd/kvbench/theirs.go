package main

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// perSecond is what etcd's benchmark says of its rate.
var perSecond = regexp.MustCompile(`Requests/sec:\s*([0-9.]+)`)

// theirs drives members by etcd's benchmark, for about as long as ours. Its figures are those of the whole process.
func (b *bench) theirs(w way) (_ did, err error) {
	m, err := boot()
	if err != nil {
		return did{}, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	total := w.rate * int(b.length/time.Second)
	if w.rate == 0 {
		total = int(b.last(w) * b.length.Seconds())
	}
	args := []string{
		"put", "--endpoints", m.endpoints(), "--conns", strconv.Itoa(connections), "--clients", strconv.Itoa(w.callers),
		"--total", strconv.Itoa(total), "--key-size", strconv.Itoa(keySize), "--key-space-size", strconv.Itoa(keys),
		"--val-size", strconv.Itoa(valueSize),
	}
	if w.rate > 0 {
		args = append(args, "--rate", strconv.Itoa(w.rate))
	}
	cmd := exec.Command(b.benchmark, args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return did{}, fmt.Errorf("%w: %s", err, out)
	}
	said := perSecond.FindSubmatch(out)
	if said == nil {
		return did{}, fmt.Errorf("etcd's benchmark names no rate: %s", out)
	}
	rate, err := strconv.ParseFloat(string(said[1]), 64)
	if err != nil {
		return did{}, err
	}
	used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return did{}, fmt.Errorf("the usage of a process is a %T", cmd.ProcessState.SysUsage())
	}
	cpu := time.Duration(used.Utime.Nano() + used.Stime.Nano())
	return did{rate: rate, cpu: cpu / time.Duration(total), memory: used.Maxrss << 10}, nil
}

// last is the rate that etcd's benchmark had in the last round, and a guess before the first.
func (b *bench) last(w way) float64 {
	if all := b.taken[w][1]; len(all) > 0 {
		return all[len(all)-1].rate
	}
	return 3000
}
