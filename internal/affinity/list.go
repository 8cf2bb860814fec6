package affinity

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Format writes cores as the kernel lists them: "0-1,3". The order and repetitions do not matter; no cores give "".
//
// https://docs.kernel.org/admin-guide/kernel-parameters.html#cpu-lists
func Format(cores []int) string {
	var list strings.Builder
	sorted := ordered(cores)
	for i := 0; i < len(sorted); {
		first := i
		for i++; i < len(sorted) && sorted[i] == sorted[i-1]+1; {
			i++
		}
		if list.Len() > 0 {
			list.WriteByte(',')
		}
		list.WriteString(strconv.Itoa(sorted[first]))
		if last := sorted[i-1]; last > sorted[first] {
			list.WriteString("-" + strconv.Itoa(last))
		}
	}
	return list.String()
}

// Parse reads what Format writes, and what the kernel prints in sysfs: a line break at the end is no error. The cores
// come in ascending order, each once. The strides that kernel parameters allow ("0-31:2/8") are none of it.
func Parse(list string) ([]int, error) {
	text := strings.TrimSuffix(list, "\n")
	if text == "" {
		return nil, nil
	}
	listed := unix.NewCPUSet(most) // bounded, however often a long list names the same cores
	for part := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(part, "-")
		first, err := number(from)
		last := first
		if err == nil && isRange {
			last, err = number(to)
		}
		if err == nil && last < first {
			err = errors.New("it ends before it begins")
		}
		if err != nil {
			return nil, fmt.Errorf("list of cores %q: %q: %w (such as 0-1,3)", list, part, err)
		}
		for core := first; core <= last; core++ {
			listed.Set(core)
		}
	}
	return members(listed), nil
}

func number(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is not a core's number", text)
	}
	if n >= most {
		return 0, fmt.Errorf("core %d is out of range, the highest is %d", n, most-1)
	}
	return int(n), nil
}

// ordered is a copy in ascending order without repetitions.
func ordered(cores []int) []int {
	return slices.Compact(slices.Sorted(slices.Values(cores)))
}

// members lists the cores of a mask.
func members(mask unix.CPUSetDynamic) []int {
	var cores []int
	for core := range most {
		if mask.IsSet(core) {
			cores = append(cores, core)
		}
	}
	return cores
}
