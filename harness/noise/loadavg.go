package noise

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseLoad reads the load average over one minute, the first field of /proc/loadavg.
//
// https://man7.org/linux/man-pages/man5/proc_loadavg.5.html
func parseLoad(text string) (float64, error) {
	first, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	load, err := strconv.ParseFloat(first, 64)
	if err != nil || math.IsNaN(load) || math.IsInf(load, 0) || load < 0 {
		return 0, fmt.Errorf("1: the load is %q, not a number", first)
	}
	return load, nil
}
