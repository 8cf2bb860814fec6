package noise

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// Files of real kernels, but for the counters of interrupts, which are shortened.
const (
	// Linux 6.18, a virtual machine with two CPUs.
	stat618 = `cpu  474424 7348 162083 1594702 8549 0 9680 1077 0 0
cpu0 233691 3707 74158 809783 2299 0 3678 536 0 0
cpu1 240733 3640 87925 784919 6249 0 6002 540 0 0
intr 46142996 0 0 0 0 0
ctxt 85871231
btime 1795394000
processes 1060514
procs_running 1
procs_blocked 0
softirq 9122071 0 1201 3 6071 0 0 11 9022 0 1000
`
	// proc_stat(5): a host, with guests in the ninth place, that cannot lose time to others.
	statHost = `cpu  10132153 290696 3084719 46828483 16683 0 25195 0 175628 0
cpu0 1393280 32966 572056 13343292 6130 0 17875 0 23933 0
`
	// A virtual machine with four CPUs and a busy neighbour.
	stat310 = `cpu  104081295 44432 5368640 1310420768 1771744 0 344335 570240 0 0
cpu0 19641585 7271 1287977 334091326 499663 0 21771 143394 0 0
`
	// A kernel so old that it knows no steal.
	stat269 = `cpu  259246 7001 60190 34250993 137517 772 0
cpu0 259246 7001 60190 34250993 137517 772 0
`
	// Linux 6.18 has "full" for cpu too, all 0: the whole machine cannot wait for a CPU.
	pressure618 = `some avg10=23.74 avg60=20.24 avg300=25.05 total=1952271773
full avg10=0.00 avg60=0.00 avg300=0.00 total=0
`
	// A telephone, whose kernel has no line "full".
	pressure414 = `some avg10=2.93 avg60=3.17 avg300=3.15 total=94628150260
`
	pressureIO618 = `some avg10=0.27 avg60=0.33 avg300=0.19 total=89115325
full avg10=0.25 avg60=0.25 avg300=0.13 total=55117989
`
)

func TestParseStat(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       ticks
	}{
		{"6.18", stat618, ticks{474424, 7348, 162083, 1594702, 8549, 0, 9680, 1077}},
		{"a host of guests", statHost, ticks{10132153, 290696, 3084719, 46828483, 16683, 0, 25195, 0}},
		{"neighbour", stat310, ticks{104081295, 44432, 5368640, 1310420768, 1771744, 0, 344335, 570240}},
		{"2.6.11 to 2.6.23, without guests", "cpu  1 2 3 4 5 6 7 8\n", ticks{1, 2, 3, 4, 5, 6, 7, 8}},
		{"a later kernel with more", "cpu  1 2 3 4 5 6 7 8 9 10 11\n", ticks{1, 2, 3, 4, 5, 6, 7, 8}},
	} {
		if got, err := parseStat(c.text); err != nil || got != c.want {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
}

func TestParsePressure(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       time.Duration
	}{
		{"6.18", pressure618, 1952271773 * time.Microsecond},
		{"without full", pressure414, 94628150260 * time.Microsecond},
		{"io", pressureIO618, 89115325 * time.Microsecond},
		{"another order", "full avg10=0.00 total=7\nsome total=9 avg10=0.00\n", 9 * time.Microsecond},
	} {
		if got, err := parsePressure(c.text); err != nil || got != c.want {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
}

func TestParseLoad(t *testing.T) {
	for text, want := range map[string]float64{
		"0.09 0.16 0.65 1/90 26355\n":       0.09, // Linux 6.18
		"0.00 0.01 0.05 1/74 31297\n":       0,
		"187.42 120.10 80.77 12/2048 4711":  187.42,
		"0.02 0.04 0.05 1/497 11947\nmore.": 0.02,
	} {
		if got, err := parseLoad(text); err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
}

// Every refusal begins with the line, to which the name of the file is put in front.
func TestParsersNameTheLine(t *testing.T) {
	stat := func(s string) error { _, err := parseStat(s); return err }
	pressure := func(s string) error { _, err := parsePressure(s); return err }
	load := func(s string) error { _, err := parseLoad(s); return err }
	for _, c := range []struct {
		name  string
		parse func(string) error
		text  string
		want  string
	}{
		{"before steal", stat, stat269,
			"1: 7 times, want at least 8: user, nice, system, idle, iowait, irq, softirq, steal"},
		{"no number", stat, "intr 5\ncpu  1 2 x3 4 5 6 7 8 0 0\n", `2: system is "x3", not a number of ticks`},
		{"negative", stat, "cpu  1 2 3 4 5 6 7 -8 0 0\n", `1: steal is "-8", not a number of ticks`},
		{"too large", stat, "cpu  99999999999999999999 2 3 4 5 6 7 8\n", `1: user is "99999999999999999999"`},
		{"half of it", stat, stat618[:20], "1: 3 times, want at least 8"},
		{"not for all CPUs", stat, "cpu0 1 2 3 4 5 6 7 8\n", "1: the file ends without a line for cpu"},
		{"empty", stat, "", "0: the file ends without a line for cpu"},
		{"no total", pressure, "some avg10=0.00 avg60=0.00 avg300=0.00\n", "1: the line has no total"},
		{"no number", pressure, "full total=0\nsome avg10=0.00 total=oops\n", `2: total is "oops", not a number of micro`},
		{"negative", pressure, "some total=-1\n", `1: total is "-1"`},
		{"beyond time", pressure, "some total=9223372036854775807\n", `1: total is "9223372036854775807"`},
		{"empty", pressure, "", `0: the file ends without a line for "some"`},
		{"no number", load, "high 0.1 0.2\n", `1: the load is "high", not a number`},
		{"NaN", load, "NaN 0.1 0.2\n", `1: the load is "NaN"`},
		{"negative", load, "-0.5 0.1 0.2\n", `1: the load is "-0.5"`},
		{"empty", load, "", `1: the load is ""`},
	} {
		if err := c.parse(c.text); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestStolen(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to ticks
		want     float64
	}{
		{"5 of 100", ticks{}, ticks{10, 10, 10, 40, 10, 5, 10, 5}, 0.05},
		{"only what has passed", ticks{100, 0, 0, 0, 0, 0, 0, 900}, ticks{190, 0, 0, 0, 0, 0, 0, 910}, 0.1},
		{"iowait fell", ticks{0, 0, 0, 0, 50, 0, 0, 0}, ticks{0, 0, 0, 98, 10, 0, 0, 2}, 0.02},
		{"no time", ticks{1, 2, 3, 4, 5, 6, 7, 8}, ticks{1, 2, 3, 4, 5, 6, 7, 8}, 0},
		{"everything fell", ticks{1, 2, 3, 4, 5, 6, 7, 8}, ticks{}, 0},
	} {
		if got := stolen(c.from, c.to); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWaited(t *testing.T) {
	for _, c := range []struct {
		from, to, wall time.Duration
		want           float64
	}{
		{time.Second, 2 * time.Second, 4 * time.Second, 0.25},
		{0, 4001 * time.Millisecond, 4 * time.Second, 1},
		{time.Second, 0, time.Second, 0},
		{0, time.Second, 0, 0},
	} {
		if got := waited(c.from, c.to, c.wall); got != c.want {
			t.Errorf("from %v to %v in %v: %v, want %v", c.from, c.to, c.wall, got, c.want)
		}
	}
}

// What the kernel's own form of the parsed values is read as, is the values.
func FuzzParseStat(f *testing.F) {
	for _, s := range []string{stat618, statHost, stat310, stat269, ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseStat(text)
		if err != nil {
			if got != (ticks{}) {
				t.Fatalf("%v, and yet %v", err, got)
			}
			return
		}
		line := strings.Trim(fmt.Sprint(got), "[]")
		if again, err := parseStat("cpu  " + line + " 0 0\n"); err != nil || again != got {
			t.Fatalf("%v is read as %v, %v", got, again, err)
		}
		if share := stolen(ticks{}, got); !(share >= 0 && share <= 1) {
			t.Fatalf("%v: a share of %v was stolen", got, share)
		}
	})
}

func FuzzParsePressure(f *testing.F) {
	for _, s := range []string{pressure618, pressure414, pressureIO618, "some total=-1", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parsePressure(text)
		if err != nil {
			return
		}
		if got < 0 {
			t.Fatalf("%v is before the boot", got)
		}
		again, err := parsePressure(fmt.Sprintf("some avg10=0.00 avg60=0.00 avg300=0.00 total=%d\n", got.Microseconds()))
		if err != nil || again != got {
			t.Fatalf("%v is read as %v, %v", got, again, err)
		}
	})
}

func FuzzParseLoad(f *testing.F) {
	for _, s := range []string{"0.09 0.16 0.65 1/90 26355\n", "NaN", "-1 ", "0x1p4", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseLoad(text)
		if err != nil {
			return
		}
		if !(got >= 0) || math.IsInf(got, 0) {
			t.Fatalf("a load of %v", got)
		}
		if again, err := parseLoad(fmt.Sprintf("%v 0.16 0.65 1/90 26355\n", got)); err != nil || again != got {
			t.Fatalf("%v is read as %v, %v", got, again, err)
		}
	})
}
