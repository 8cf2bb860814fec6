package noise

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"aftershock/results"
)

// Monitor compares the kernel's counters at the end of a trial with those at its beginning. It has no goroutine and
// costs nothing in between.
type Monitor struct {
	proc  fs.FS
	began time.Time
	was   counters
}

// counters are what the kernel has counted since the boot.
type counters struct {
	cpu      ticks
	pressure [len(resources)]time.Duration
	known    bool // whether the kernel shows the pressure
}

var resources = [...]string{"cpu", "io", "memory"}

// Watch begins. The error names the file of /proc that cannot be read or understood.
func Watch() (*Monitor, error) { return watch(os.DirFS("/proc")) }

func watch(proc fs.FS) (*Monitor, error) {
	m := &Monitor{proc: proc, began: time.Now()}
	var err error
	if m.was, err = m.read(); err != nil {
		return nil, err
	}
	return m, nil
}

// Stop gives, since Watch: the share of the machine's CPU time that a hypervisor gave to others, and the shares of the
// time in which a task waited for a resource; and the present load average over one minute.
func (m *Monitor) Stop() (steal float64, p results.Pressure, load float64, err error) {
	is, err := m.read()
	if err != nil {
		return 0, p, 0, err
	}
	if load, err = parsed(m.proc, "loadavg", parseLoad); err != nil {
		return 0, p, 0, err
	}
	if m.was.known && is.known {
		wall := time.Since(m.began)
		share := func(i int) float64 { return waited(m.was.pressure[i], is.pressure[i], wall) }
		p = results.Pressure{Known: true, CPU: share(0), IO: share(1), Memory: share(2)}
	}
	return stolen(m.was.cpu, is.cpu), p, load, nil
}

func (m *Monitor) read() (c counters, err error) {
	if c.cpu, err = parsed(m.proc, "stat", parseStat); err != nil {
		return c, err
	}
	c.known = true
	for i, resource := range resources {
		c.pressure[i], err = parsed(m.proc, "pressure/"+resource, parsePressure)
		if hidden(err) {
			c.known = false
			continue
		}
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

// hidden tells whether a file says that the kernel does not show its pressure: it was built without (no such file),
// booted with psi=0 (not supported), or a container masks it (no permission).
func hidden(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, fs.ErrPermission)
}

// parsed reads a file of /proc. A parser's error begins with the line.
func parsed[T any](proc fs.FS, name string, parse func(string) (T, error)) (value T, err error) {
	text, err := fs.ReadFile(proc, name)
	if err != nil {
		return value, fmt.Errorf("observe the machine: /proc/%s: %w", name, err)
	}
	if value, err = parse(string(text)); err != nil {
		return value, fmt.Errorf("observe the machine: /proc/%s:%w", name, err)
	}
	return value, nil
}
