package noise

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// parsePressure reads for how long, since the boot, at least one task waited for the resource: the total of the "some"
// line. Before Linux 5.13 cpu had no other.
//
// https://docs.kernel.org/accounting/psi.html
func parsePressure(text string) (time.Duration, error) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != "some" {
			continue
		}
		for _, field := range fields {
			micros, ok := strings.CutPrefix(field, "total=")
			if !ok {
				continue
			}
			total, err := strconv.ParseInt(micros, 10, 64)
			if err != nil || total < 0 || total > int64(forever/time.Microsecond) {
				return 0, fmt.Errorf("%d: total is %q, not a number of microseconds", n, micros)
			}
			return time.Duration(total) * time.Microsecond, nil
		}
		return 0, fmt.Errorf("%d: the line has no total", n)
	}
	return 0, fmt.Errorf(`%d: the file ends without a line for "some"`, n)
}

// forever is the longest time.Duration: 292 years.
const forever = time.Duration(1<<63 - 1)

// waited is the share of a time in which a task waited. The kernel's readings and ours are not of the same moment, so
// it could come out a little above 1.
func waited(from, to, wall time.Duration) float64 {
	if wall <= 0 {
		return 0
	}
	return min(max(0, float64(to-from)/float64(wall)), 1)
}
