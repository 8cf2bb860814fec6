package noise

import (
	"fmt"
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
		if len(fields) <= len(cpuTimes) {
			return t, fmt.Errorf("%d: %d times, want at least %d: %s",
				n, len(fields)-1, len(cpuTimes), strings.Join(cpuTimes[:], ", "))
		}
		for i, name := range cpuTimes {
			if t[i], err = strconv.ParseUint(fields[i+1], 10, 64); err != nil {
				return ticks{}, fmt.Errorf("%d: %s is %q, not a number of ticks", n, name, fields[i+1])
			}
		}
		return t, nil
	}
	return t, fmt.Errorf("%d: the file ends without a line for cpu", n)
}

// stolen is the share of the machine's CPU time that went to others between two readings; 0 when no time has passed.
func stolen(from, to ticks) float64 {
	var steal, all float64
	for i := range to {
		// iowait may fall, and so may all when a CPU is taken away: as unsigned numbers such times would be immense.
		if to[i] <= from[i] {
			continue
		}
		passed := float64(to[i] - from[i])
		all += passed
		if i == stealTime {
			steal = passed
		}
	}
	if all == 0 {
		return 0
	}
	return steal / all
}
