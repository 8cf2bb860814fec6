package noise

import (
	"io/fs"
	"os"
	"time"

	"aftershock/internal/affinity"
	"aftershock/internal/cgroup"
	"aftershock/internal/clock"
	"aftershock/internal/process"
	"aftershock/results"
)

// Reading is what the machine, and of it the harness's own processes, have used until a moment. Two of them tell what
// others took in between.
type Reading struct {
	At clock.Nanos

	cpu       ticks
	known     bool // whether the kernel shows the machine's counters, and our own
	own       time.Duration
	throttled time.Duration
}

// cores are those that this process could run on when it began, before it kept itself to some of them: what others do
// on the other cores of a machine, of which a container has a few, does not disturb us.
var cores, _ = affinity.Cores() // none, and so all, where the kernel does not tell

// source is where a reading comes from.
type source struct {
	proc     fs.FS
	cores    []int
	own      func() (time.Duration, error)
	throttle func() time.Duration
}

func here() source {
	return source{proc: os.DirFS("/proc"), cores: cores, own: process.CPU, throttle: throttled}
}

// throttled is for how long a CPU quota has held the harness back so far; 0 where the kernel does not tell.
func throttled() time.Duration {
	groups, err := cgroup.Own()
	if err != nil {
		return 0
	}
	held, err := groups.Throttling()
	if err != nil {
		return 0
	}
	return held.Time
}

// Read reads the counters: a few small files and a system call for each child.
func Read() Reading { return here().read() }

func (s source) read() Reading {
	r := Reading{At: clock.Now()}
	text, err := fs.ReadFile(s.proc, "stat")
	if err != nil {
		return r
	}
	own, err := s.own()
	if err != nil {
		return r
	}
	if r.cpu, err = parseCores(string(text), s.cores); err != nil {
		return r
	}
	r.known, r.own, r.throttled = true, own, s.throttle()
	return r
}

// To gives what others took from this reading to a later one.
//
// Strangers are the machine's busy time less our own. Interrupts are in neither: the packets of our own loopback
// traffic are handled there, and an arm that sends more would look disturbed. (A kernel without
// CONFIG_IRQ_TIME_ACCOUNTING books some of it on the process that it interrupts as well. Then our own time is a little
// too long, and strangers a little too few, by no more than the share of interrupts.) Kernel threads that work for us
// count as strangers; on a loopback network and a tmpfs they do next to nothing.
//
// The kernel books the machine's time by sampling, 100 to 1000 times a second, and our own exactly. In two seconds of
// two cores that leaves an error of about 1 % of the machine.
func (r Reading) To(later Reading) results.Taken {
	if !r.known || !later.known {
		return results.Taken{}
	}
	from, to := r.cpu, later.cpu
	all := from.all(to)
	if all <= 0 {
		return results.Taken{}
	}
	busy := time.Duration(from.busy(to)) * tick
	own := later.own - r.own
	return results.Taken{
		Known: true, Strangers: min(max(0, float64(busy-own)/float64(time.Duration(all)*tick)), 1),
		Steal: stolen(from, to), Throttled: max(0, later.throttled-r.throttled),
	}
}

// tick is the unit of /proc/stat: USER_HZ, which is 100 a second on every architecture that Go runs on.
const tick = 10 * time.Millisecond
