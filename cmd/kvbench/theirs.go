package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// perSecond is what etcd's benchmark says of its rate.
var perSecond = regexp.MustCompile(`Requests/sec:\s*([0-9.]+)`)

// theirs drives members by etcd's benchmark, for about as long as ours. Its figures are those of the whole process.
func (b *bench) theirs(ctx context.Context, w way) (_ did, err error) {
	m, err := boot(ctx)
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
	cmd := exec.CommandContext(ctx, b.benchmark, args...)
	out, memory, err := watched(cmd, func() []int { return []int{cmd.Process.Pid} })
	if err != nil {
		return did{}, err
	}
	said := perSecond.FindStringSubmatch(out)
	if said == nil || strings.Contains(out, "Error distribution") {
		return did{}, fmt.Errorf("etcd's benchmark names no rate, or puts that failed: %s", out)
	}
	rate, err := strconv.ParseFloat(said[1], 64)
	if err != nil {
		return did{}, err
	}
	used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return did{}, fmt.Errorf("the usage of a process is a %T", cmd.ProcessState.SysUsage())
	}
	cpu := time.Duration(used.Utime.Nano() + used.Stime.Nano())
	return did{rate: rate, cpu: cpu / time.Duration(total), memory: memory}, nil
}

// last is the rate that etcd's benchmark had in the last round, and a guess before the first.
func (b *bench) last(w way) float64 {
	if all := b.taken[w][1]; len(all) > 0 {
		return all[len(all)-1].rate
	}
	return 3000
}
