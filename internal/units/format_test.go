package units

import (
	"math"
	"strings"
	"testing"
)

// Three significant digits, in the unit that suits the figure, and never an exponent.
func TestFormat(t *testing.T) {
	for _, c := range []struct {
		value float64
		unit  string
		want  string
	}{
		{0, "ns", "0 ns"}, {1, "ns", "1 ns"}, {999, "ns", "999 ns"},
		{1000, "ns", "1 us"}, {2_345, "ns", "2.35 us"}, {41_400, "ns", "41.4 us"}, {115_000, "ns", "115 us"},
		{999_400, "ns", "999 us"}, {999_600, "ns", "1 ms"},
		{1_152_000, "ns", "1.15 ms"}, {12_340_000, "ns", "12.3 ms"},
		{999_400_000, "ns", "999 ms"}, {999_700_000, "ns", "1 s"},
		{1e9, "ns", "1 s"}, {1.2345e9, "ns", "1.23 s"}, {12.34e9, "ns", "12.3 s"}, {1234e9, "ns", "1230 s"},
		{0, "share", "0 %"}, {0.5, "share", "50 %"}, {0.9995, "share", "99.95 %"}, {1, "share", "100 %"},
		{0.0005, "share", "0.05 %"},
		{0, "bytes", "0 B"}, {512, "bytes", "512 B"}, {1536, "bytes", "1.5 KiB"}, {5 << 20, "bytes", "5 MiB"}, {3 << 30, "bytes", "3 GiB"},
		{4321.4, "1/s", "4321/s"}, {123456, "1/s", "123456/s"}, {99.95, "1/s", "100/s"},
		{8.64, "1/s", "8.64/s"}, {0.4, "1/s", "0.4/s"},
		{1.204, "s", "1.20 s"}, {123.456, "s", "123.46 s"}, {0.00412, "s", "0.00412 s"}, {0, "s", "0 s"},
		{0, "count", "0"}, {1.5, "count", "1.5"}, {12, "count", "12"}, {20_817.5, "count", "20818"}, {9999.6, "count", "10000"},
		{0.0000123456, "count", "0.00001235"}, {120, "share", "12000 %"}, {0.00001, "1/s", "0.00001/s"}, {0.00001, "s", "0.00001 s"},
		{20_820, "batches", "20820"},
	} {
		if got := Format(c.value, c.unit); got != c.want {
			t.Errorf("Format(%v, %s) = %s, want %s", c.value, c.unit, got, c.want)
		}
	}
}

func TestChangeAndInterval(t *testing.T) {
	for _, c := range []struct {
		unit     string
		relative bool
		change   string
		interval string
	}{
		{"ns", true, "+50.0 %", "+50.0 % [-25.0, +75.4]"},
		{"share", false, "+50.0 points", "+50.0 points [-25.0, +75.4]"},
		{"count", false, "+0.5", "+0.5 [-0.25, +0.754]"},
		{"s", false, "+0.5 s", "+0.5 s [-0.25, +0.754]"},
		{"s", true, "+50.0 %", "+50.0 % [-25.0, +75.4]"},
	} {
		if got := Change(0.5, c.unit, c.relative); got != c.change {
			t.Errorf("a change in %s: %s, want %s", c.unit, got, c.change)
		}
		if got := Interval(0.5, -0.25, 0.754, c.unit, c.relative); got != c.interval {
			t.Errorf("an interval in %s: %s, want %s", c.unit, got, c.interval)
		}
	}
}

// A bound says on which side of it the change lies.
func TestBounds(t *testing.T) {
	for _, c := range []struct {
		v, low, high float64
		open         string
		want         string
	}{
		{-0.848, -1, -0.801, "low", "at least -84.8 % [.., -80.1]"},
		{0.05, -1, 0.1, "low", "at most +5.0 % [.., +10.0]"},
		{0, -0.1, math.MaxFloat64, "high", "at least +0.0 % [-10.0, ..]"},
		{5.5, 5, math.MaxFloat64, "high", "at least +550.0 % [+500.0, ..]"},
		{-0.05, -0.1, math.MaxFloat64, "high", "at most -5.0 % [-10.0, ..]"},
		{-0.848, -1, math.MaxFloat64, "low", "at least -84.8 % [.., ..]"},
		{-0.848, -0.9, -0.801, "", "-84.8 % [-90.0, -80.1]"},
	} {
		if got := OpenInterval(c.v, c.low, c.high, "ns", true, c.open); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestAChangeThatSaysNothingIsNotSpeltOut(t *testing.T) {
	for v, want := range map[float64]string{999: "+99900.0 %", 1000: "above +100000 %", math.MaxFloat64: "above +100000 %"} {
		if got := Change(v, "ns", true); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
	most, want := math.MaxFloat64, "+0.0 points [below -100000, above +100000]"
	if got := Interval(0, -most, most, "share", false); got != want {
		t.Errorf("%q", got)
	}
	if got := Interval(3, -1, 7e6, "ns", true); got != "+300.0 % [-100.0, above +100000]" {
		t.Errorf("%q", got)
	}
}

// An amount is read as it stands: what -2.34e+03 is does not show at once.
func TestAnAmountHasNoExponent(t *testing.T) {
	for v, want := range map[float64]string{2000: "+2000", -2343: "-2343", 999.6: "+1000", 0: "+0", -0.00001: "-0.00001", 3.704: "+3.7"} {
		if got := Change(v, "count", false); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "12": 12, "-0.5": -0.5} {
		if got, err := Number(text); err != nil || got != want {
			t.Errorf("Number(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "NaN", "Inf", "0x1", "1_000", "1e3", "2s", "5%"} {
		if v, err := Number(text); err == nil || !strings.Contains(err.Error(), "is not a number: write 0 or 2.5") {
			t.Errorf("Number(%q) = %v, %v", text, v, err)
		}
	}
}

// A latency of any length that a trial can have reads back as what it was, to three digits.
func FuzzLatency(f *testing.F) {
	for _, v := range []int64{0, 1, 999, 999_600, 1_152_000, math.MaxInt32} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, ns int64) {
		if ns < 0 || ns > 1e15 {
			return
		}
		text := Format(float64(ns), "ns")
		back, err := Duration(strings.ReplaceAll(text, " ", ""))
		if err != nil || math.Abs(float64(back)-float64(ns)) > 0.005*float64(ns)+0.5 {
			t.Errorf("%d ns is shown as %s, which reads as %v, %v", ns, text, back, err)
		}
	})
}
