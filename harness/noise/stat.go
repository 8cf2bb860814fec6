package noise

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The times of /proc/stat's cpu line, by their place. The kernel counts a guest's time (places 8 and 9) in user and
// nice too, so the machine's time is the sum of those before.
//
// https://man7.org/linux/man-pages/man5/proc_stat.5.html
var cpuTimes = [...]string{"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"}

const stealTime = len(cpuTimes) - 1

// ticks are the machine's times since its boot, in units that do not matter for shares.
type ticks [len(cpuTimes)]uint64

// parseStat reads the line for all CPUs together. A kernel without steal (before 2.6.11) is an error.
func parseStat(text string) (t ticks, err error) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != "cpu" {
			continue
		}
		if t, err = parseTimes(fields); err != nil {
			return ticks{}, fmt.Errorf("%d: %w", n, err)
		}
		return t, nil
	}
	return t, fmt.Errorf("%d: the file ends without a line for cpu", n)
}

// parseTimes reads the fields of a line, of which the first is the CPU's name.
func parseTimes(fields []string) (t ticks, err error) {
	if len(fields) <= len(cpuTimes) {
		return t, fmt.Errorf("%d times, want at least %d: %s", len(fields)-1, len(cpuTimes), strings.Join(cpuTimes[:], ", "))
	}
	for i, name := range cpuTimes {
		if t[i], err = strconv.ParseUint(fields[i+1], 10, 64); err != nil {
			return ticks{}, fmt.Errorf("%s is %q, not a number of ticks", name, fields[i+1])
		}
	}
	return t, nil
}

// parseCores adds up the lines of some cores. Where the file does not have them all, as one that a container's own file
// system makes up, and where no cores are named, it is the line for all CPUs together.
func parseCores(text string, cores []int) (t ticks, err error) {
	found, n := 0, 0
	for line := range strings.Lines(text) {
		n++
		name, _, _ := strings.Cut(line, " ")
		number, ok := strings.CutPrefix(name, "cpu")
		core, err := strconv.Atoi(number)
		if !ok || err != nil || !slices.Contains(cores, core) {
			continue
		}
		one, err := parseTimes(strings.Fields(line))
		if err != nil {
			return ticks{}, fmt.Errorf("%d: %w", n, err)
		}
		found++
		for i := range t {
			t[i] += one[i]
		}
	}
	if found == 0 || found < len(cores) {
		return parseStat(text)
	}
	return t, nil
}

// passed is what was added to one time until a later reading. iowait may fall, and so may all when a CPU is taken away:
// as unsigned numbers such differences would be immense.
func (t ticks) passed(later ticks, i int) uint64 {
	if later[i] <= t[i] {
		return 0
	}
	return later[i] - t[i]
}

// all is how many ticks have passed until a later reading, on all cores together.
func (t ticks) all(later ticks) (n uint64) {
	for i := range t {
		n += t.passed(later, i)
	}
	return n
}

// busy is for how many ticks processes have run until a later reading: user, nice and system.
func (t ticks) busy(later ticks) uint64 {
	return t.passed(later, 0) + t.passed(later, 1) + t.passed(later, 2)
}

// stolen is the share of the machine's CPU time that went to others between two readings; 0 when no time has passed.
func stolen(from, to ticks) float64 {
	all := from.all(to)
	if all == 0 {
		return 0
	}
	return float64(from.passed(to, stealTime)) / float64(all)
}
