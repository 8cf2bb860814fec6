package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// perSecond is what etcd's benchmark says of its rate.
var perSecond = regexp.MustCompile(`Requests/sec:\s*([0-9.]+)`)

// theirs drives members by etcd's benchmark, for about as long as ours, straight or through client links. Its figures
// are those of the whole process.
func (b *bench) theirs(ctx context.Context, w way, linked bool) (_ did, err error) {
	m, err := boot(ctx)
	if err != nil {
		return did{}, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	if err := m.write(ctx, theirKey); err != nil {
		return did{}, err
	}
	total := w.rate * int(b.length/time.Second)
	if w.rate == 0 {
		total = int(cmp.Or(b.last[w], 3000) * b.length.Seconds()) // as fast as in the round before, or a guess
	}
	endpoints := m.endpoints()
	if linked {
		if endpoints, err = m.links(); err != nil {
			return did{}, err
		}
	}
	cmd := exec.CommandContext(ctx, b.benchmark, w.args(endpoints, total)...)
	out, memory, err := watched(cmd, func() []int { return []int{cmd.Process.Pid} })
	if err != nil {
		return did{}, err
	}
	rate, err := rateIn(out)
	if err != nil {
		return did{}, err
	}
	used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return did{}, fmt.Errorf("the usage of a process is a %T", cmd.ProcessState.SysUsage())
	}
	cpu := time.Duration(used.Utime.Nano() + used.Stime.Nano())
	b.last[w] = rate
	return did{count: total, rate: rate, cpu: cpu / time.Duration(total), memory: memory}, nil
}

// rateIn is the rate that etcd's benchmark prints, in one report or in two: of reads and of writes.
func rateIn(out string) (rate float64, err error) {
	reports := perSecond.FindAllStringSubmatch(out, -1)
	if len(reports) == 0 || strings.Contains(out, "Error distribution") {
		return 0, fmt.Errorf("etcd's benchmark names no rate, or operations that failed: %s", out)
	}
	for _, report := range reports {
		one, err := strconv.ParseFloat(report[1], 64)
		if err != nil {
			return 0, err
		}
		rate += one
	}
	return rate, nil
}

// args are the words of the command line of etcd's benchmark.
func (w way) args(endpoints string, total int) []string {
	args := append(slices.Clone(w.operation().theirs), "--endpoints", endpoints, "--conns", strconv.Itoa(connections),
		"--clients", strconv.Itoa(w.callers), "--total", strconv.Itoa(total))
	if w.rate > 0 {
		args = append(args, "--rate", strconv.Itoa(w.rate))
	}
	return args
}
