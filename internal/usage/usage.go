// Package usage says what this process has taken of the machine.
package usage

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// CPU is the user and system time of this process since its start. The call cannot fail with these arguments
// (getrusage(2)).
func CPU() time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// ForgetPeak gives back the memory that is free, and makes the kernel begin anew with the most that this process had
// (proc(5), clear_refs). Processes that it starts inherit that.
func ForgetPeak() error {
	debug.FreeOSMemory()
	return os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

// Peak is the most that this process had in memory since ForgetPeak, in MB of 1024 kB.
func Peak() (float64, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kilobytes int
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); n == 1 {
			return float64(kilobytes) / 1024, nil
		}
	}
	return 0, errors.New("/proc/self/status has no VmHWM")
}
