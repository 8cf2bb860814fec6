package noise

import (
	"errors"
	"fmt"
	"math"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"aftershock/results"
)

// at is a machine of two cores, as /proc/stat shows it: busy and stolen ticks of each, out of so many.
func at(all, busy, steal int) string {
	line := func(name string, cores int) string {
		return fmt.Sprintf("%s %d 0 0 %d 0 0 0 %d 0 0\n", name, cores*busy, cores*(all-busy-steal), cores*steal)
	}
	return line("cpu ", 2) + line("cpu0", 1) + line("cpu1", 1)
}

func scripted(files fstest.MapFS, own *time.Duration) source {
	return source{
		proc: files, cores: []int{0, 1}, own: func() (time.Duration, error) { return *own, nil },
		throttle: func() time.Duration { return *own / 10 },
	}
}

// taken is what others took between two states of the machine, while our own processes used so much of it.
func taken(from, to string, own time.Duration) results.Taken {
	used := 7 * time.Second
	files := proc(map[string]string{"stat": from})
	s := scripted(files, &used)
	first := s.read()
	files["stat"] = &fstest.MapFile{Data: []byte(to)}
	used += own
	return first.To(s.read())
}

func TestTaken(t *testing.T) {
	const second = 100 // ticks
	for _, c := range []struct {
		name     string
		from, to string
		own      time.Duration
		want     results.Taken
	}{
		{"all of it is ours", at(100, 50, 0), at(100+second, 50+80, 0), 1600 * time.Millisecond, results.Taken{Known: true}},
		{"a quarter is not", at(100, 50, 0), at(100+second, 50+80, 0), 1100 * time.Millisecond,
			results.Taken{Known: true, Strangers: 0.25}},
		{"and a tenth was stolen", at(100, 50, 3), at(100+second, 50+80, 3+10), 1100 * time.Millisecond,
			results.Taken{Known: true, Strangers: 0.25, Steal: 0.1}},
		{"ours is booked more exactly than the machine's", at(100, 50, 0), at(100+second, 50+80, 0), 1605 * time.Millisecond,
			results.Taken{Known: true}},
		{"no time has passed", at(100, 50, 0), at(100, 50, 0), time.Millisecond, results.Taken{}},
		{"the machine's counters began anew", at(1000, 500, 10), at(100, 50, 1), time.Millisecond, results.Taken{}},
	} {
		got := taken(c.from, c.to, c.own)
		if c.want.Known {
			c.want.Throttled = c.own / 10
		}
		if math.Abs(got.Strangers-c.want.Strangers) > 1e-9 || math.Abs(got.Steal-c.want.Steal) > 1e-9 {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
		if got.Known != c.want.Known || got.Throttled != c.want.Throttled {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// The packets of our own loopback traffic are handled in interrupts: an arm that sends more must not look disturbed.
func TestInterruptsAreNoStrangers(t *testing.T) {
	const before, after = "cpu  10 0 10 10 0 0 0 0 0 0\n", "cpu  20 0 20 50 0 20 20 0 0 0\n"
	if got := taken(before, after, 200*time.Millisecond); !got.Known || got.Strangers != 0 {
		t.Errorf("%+v", got)
	}
}

func TestAReadingThatTheKernelDoesNotGive(t *testing.T) {
	own := time.Second
	whole := scripted(proc(map[string]string{"stat": at(100, 50, 0)}), &own)
	for name, s := range map[string]source{
		"no file":  {proc: refusing{proc(quiet()), "stat", syscall.ENOENT}, own: whole.own, throttle: whole.throttle},
		"hidden":   {proc: refusing{proc(quiet()), "stat", syscall.EACCES}, own: whole.own, throttle: whole.throttle},
		"nonsense": {proc: proc(map[string]string{"stat": "cpu ?\n"}), own: whole.own, throttle: whole.throttle},
		"no clock of a child": {proc: whole.proc, throttle: whole.throttle,
			own: func() (time.Duration, error) { return 0, errors.New("no such clock") }},
	} {
		if got := s.read().To(whole.read()); got != (results.Taken{}) {
			t.Errorf("%s, at the beginning: %+v", name, got)
		}
		if got := whole.read().To(s.read()); got != (results.Taken{}) {
			t.Errorf("%s, at the end: %+v", name, got)
		}
	}
}

func TestParseCores(t *testing.T) {
	one := ticks{10, 0, 0, 20, 0, 0, 0, 1}
	two := ticks{100, 0, 0, 200, 0, 0, 0, 2}
	const text = "cpu  1000 0 0 2000 0 0 0 9 0 0\ncpu0 10 0 0 20 0 0 0 1 0 0\ncpu1 100 0 0 200 0 0 0 2 0 0\ncpuidle 5\nintr 7\n"
	whole := ticks{1000, 0, 0, 2000, 0, 0, 0, 9}
	both := ticks{110, 0, 0, 220, 0, 0, 0, 3}
	for _, c := range []struct {
		name  string
		cores []int
		want  ticks
	}{
		{"the first", []int{0}, one},
		{"the second", []int{1}, two},
		{"both", []int{0, 1}, both},
		{"none is named", nil, whole},
		{"a container's file has not all of them", []int{1, 2}, whole},
		{"or none", []int{6}, whole},
	} {
		if got, err := parseCores(text, c.cores); err != nil || got != c.want {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	_, err := parseCores("cpu  1 2 3 4 5 6 7 8\ncpu0 1 2 x\n", []int{0})
	if err == nil || err.Error() != "2: 3 times, want at least 8: "+
		"user, nice, system, idle, iowait, irq, softirq, steal" {
		t.Errorf("a line that is cut off: %v", err)
	}
}

// On a real machine the counters move, and give shares.
func TestStrangersOnThisMachine(t *testing.T) {
	first := Read()
	for Read().At.Sub(first.At) < 50*time.Millisecond {
	}
	got := first.To(Read())
	if !got.Known || got.Strangers < 0 || got.Strangers > 1 || got.Steal < 0 || got.Steal > 1 {
		t.Errorf("%+v", got)
	}
}

func BenchmarkRead(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Read()
	}
}
