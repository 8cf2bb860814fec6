package units

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"500ms": 500 * time.Millisecond, "2.1s": 2100 * time.Millisecond, "1m30s": 90 * time.Second,
		"0s": 0, "-5ms": -5 * time.Millisecond, "7us": 7 * time.Microsecond,
	} {
		if got, err := Duration(text); err != nil || got != want {
			t.Errorf("Duration(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		7 * time.Minute: "7m", 24 * time.Hour: "24h", 90 * time.Minute: "1h30m", 10 * time.Second: "10s", 0: "0s",
		time.Hour + time.Second: "1h0m1s", 10 * time.Hour: "10h", 1200 * time.Millisecond: "1.2s",
	} {
		if got := Short(d); got != want {
			t.Errorf("Short(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestRateAndShare(t *testing.T) {
	for text, want := range map[string]float64{"1000/s": 1000, "0.5/s": 0.5, "-3/s": -3} {
		if got, err := Rate(text); err != nil || got != want {
			t.Errorf("Rate(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]float64{"10%": 0.1, "0.1": 0.1, "2.5%": 0.025, "-1": -1} {
		if got, err := Share(text); err != nil || got != want {
			t.Errorf("Share(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	duration := func(s string) error { _, err := Duration(s); return err }
	rate := func(s string) error { _, err := Rate(s); return err }
	share := func(s string) error { _, err := Share(s); return err }
	for _, c := range []struct {
		read func(string) error
		text string
		want string
	}{
		{duration, "5", "5 has no unit: write 5ms or 5s (units: ns, us, ms, s, m, h)"},
		{duration, "0", "0 has no unit: write 0ms or 0s (units: ns, us, ms, s, m, h)"},
		{duration, "5 sec", `"5 sec" is no duration: write 500ms or 2.1s (units: ns, us, ms, s, m, h)`},
		{duration, "", `"" is no duration: write 500ms or 2.1s (units: ns, us, ms, s, m, h)`},
		{rate, "1000", "1000 has no unit: write 1000/s (unit: /s)"},
		{rate, "10/m", `"10/m" is no rate: write operations per second, such as 1000/s (unit: /s)`},
		{rate, "NaN/s", `"NaN/s" is no rate: write operations per second, such as 1000/s (unit: /s)`},
		{rate, "0x10/s", `"0x10/s" is no rate: write operations per second, such as 1000/s (unit: /s)`},
		{share, ".nan", `".nan" is no share: write 10% or 0.1`},
		{share, "ten", `"ten" is no share: write 10% or 0.1`},
	} {
		if err := c.read(c.text); err == nil || err.Error() != c.want {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

func FuzzUnits(f *testing.F) {
	for _, s := range []string{"500ms", "1000/s", "10%", "0.1", "-1h", "9e9/s", "--1/s", "1e400%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := Duration(text); err == nil {
			for _, written := range []string{d.String(), Short(d)} {
				if again, err := Duration(written); err != nil || again != d {
					t.Errorf("Duration(%q) = %s, which reads back as %v, %v", text, written, again, err)
				}
			}
		}
		if v, err := Rate(text); err == nil && (math.IsNaN(v) || math.IsInf(v, 0) || !strings.HasSuffix(text, "/s")) {
			t.Errorf("Rate(%q) = %v", text, v)
		}
		if v, err := Share(text); err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
			t.Errorf("Share(%q) = %v", text, v)
		}
	})
}

func TestBytes(t *testing.T) {
	for text, want := range map[string]int64{"0B": 0, "512B": 512, "64KiB": 64 << 10, "1MiB": 1 << 20, "3GiB": 3 << 30} {
		if got, err := Bytes(text); err != nil || got != want || Size(want) != text {
			t.Errorf("Bytes(%q) = %d, %v; written as %s", text, got, err, Size(want))
		}
	}
	for _, text := range []string{"", "512", "1MB", "-1B", "+1B", "1.5MiB", "1 KiB", "KiB", "9999999999GiB"} {
		if got, err := Bytes(text); err == nil || got != 0 {
			t.Errorf("Bytes(%q) = %d", text, got)
		}
	}
	if Size(1536) != "1536B" || Size(1<<30+1<<20) != "1025MiB" {
		t.Errorf("%s, %s", Size(1536), Size(1<<30+1<<20))
	}
}
