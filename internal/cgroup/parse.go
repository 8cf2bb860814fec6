package cgroup

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// membership says in which groups a process is.
type membership struct {
	v1 map[string]string // controller -> group
	v2 string            // "" without version 2
}

// parseMembership reads lines such as "4:cpu,cpuacct:/docker/1f" and, for version 2, "0::/user.slice".
func parseMembership(text string) (membership, error) {
	m := membership{v1: map[string]string{}}
	for n, line := range lines(text) {
		fields := strings.SplitN(line, ":", 3)
		if len(fields) < 3 || !strings.HasPrefix(fields[2], "/") {
			return m, fmt.Errorf("%d: %q, want hierarchy:controllers:/group", n, line)
		}
		if fields[1] == "" {
			m.v2 = strings.TrimSuffix(fields[2], " (deleted)")
			continue
		}
		for controller := range strings.SplitSeq(fields[1], ",") {
			m.v1[controller] = fields[2]
		}
	}
	return m, nil
}

// mount is a mount of control groups.
type mount struct {
	root    string // the group that it shows at its top
	point   string
	kind    string // cgroup or cgroup2
	options []string
}

// parseMounts reads the mounts of control groups out of all.
//
// https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
func parseMounts(text string) (all []mount, err error) {
	for n, line := range lines(text) {
		place, what, ok := strings.Cut(line, " - ")
		fields, kind := strings.Fields(place), strings.Fields(what)
		if !ok || len(fields) < 6 || len(kind) < 1 {
			return nil, fmt.Errorf("%d: no mount: %q", n, line)
		}
		if kind[0] != "cgroup" && kind[0] != "cgroup2" {
			continue
		}
		m := mount{root: unescape(fields[3]), point: unescape(fields[4]), kind: kind[0]}
		if !strings.HasPrefix(m.root, "/") || !strings.HasPrefix(m.point, "/") {
			return nil, fmt.Errorf("%d: %s and %s are not absolute paths", n, m.root, m.point)
		}
		if len(kind) > 2 {
			m.options = strings.Split(kind[2], ",")
		}
		all = append(all, m)
	}
	return all, nil
}

// unescape undoes what the kernel writes for blanks and backslashes: three octal digits.
func unescape(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+3 < len(text) {
			if code, err := strconv.ParseUint(text[i+1:i+4], 8, 8); err == nil {
				out.WriteByte(byte(code))
				i += 3
				continue
			}
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

// parseMax reads version 2's "50000 100000", or "max 100000", as cores.
func parseMax(text string) (float64, error) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return 0, fmt.Errorf("1: %q, want a quota and a period", strings.TrimSpace(text))
	}
	period, err := parseNumber(fields[1])
	if err == nil && period <= 0 {
		err = fmt.Errorf("1: a period of %v us", period)
	}
	if err != nil || fields[0] == "max" {
		return math.Inf(1), err
	}
	quota, err := parseNumber(fields[0])
	if err == nil && quota <= 0 {
		err = fmt.Errorf("1: a quota of %v us", quota)
	}
	return quota / period, err
}

// parseBytes reads version 2's bytes, or "max".
func parseBytes(text string) (float64, error) {
	if strings.TrimSpace(text) == "max" {
		return math.Inf(1), nil
	}
	n, err := parseNumber(text)
	if err == nil && n < 0 {
		err = fmt.Errorf("1: a limit of %v bytes", n)
	}
	return n, err
}

func parseNumber(text string) (float64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("1: %q is not a number", strings.TrimSpace(text))
	}
	return float64(n), nil
}

// parseHierarchical reads version 1's limit of a group under all of its ancestors. A kernel that does not tell it sets
// none.
func parseHierarchical(text string) (float64, error) {
	counters, err := parseCounters(text)
	if limit, ok := counters["hierarchical_memory_limit"]; ok && err == nil {
		return float64(limit), nil
	}
	return math.Inf(1), err
}

// parseStat reads how long a group was held back: version 2 counts microseconds, version 1 nanoseconds.
func parseStat(text string) (Throttling, error) {
	counters, err := parseCounters(text)
	ns := counters["throttled_time"]
	if micros, ok := counters["throttled_usec"]; ok && err == nil {
		if ns = micros * 1000; micros > math.MaxInt64/1000 {
			err = fmt.Errorf("1: throttled_usec is %d", micros)
		}
	}
	if err == nil && ns > math.MaxInt64 {
		err = fmt.Errorf("1: throttled_time is %d", ns)
	}
	return Throttling{Periods: counters["nr_throttled"], Time: time.Duration(ns)}, err
}

// parseCounters reads lines of a name and a number.
func parseCounters(text string) (map[string]uint64, error) {
	counters := map[string]uint64{}
	for n, line := range lines(text) {
		name, value, _ := strings.Cut(line, " ")
		number, err := strconv.ParseUint(strings.TrimSpace(value), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%d: %s is %q, no counter", n, name, value)
		}
		counters[name] = number
	}
	return counters, nil
}

// lines gives the lines that are not empty, with their numbers.
func lines(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(text) {
			n++
			if line = strings.TrimRight(line, "\n"); line != "" && !yield(n, line) {
				return
			}
		}
	}
}
