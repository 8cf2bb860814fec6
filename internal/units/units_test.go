package units

import (
	"math"
	"strconv"
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

func TestWholeNumbers(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "8": 8, "-3": -3, "9223372036854775807": math.MaxInt} {
		if got, err := Integer(text); err != nil || got != want {
			t.Errorf("Integer(%q) = %d, %v", text, got, err)
		}
	}
	for text, want := range map[string]uint64{"0": 0, "18446744073709551615": math.MaxUint64} {
		if got, err := Natural(text); err != nil || got != want {
			t.Errorf("Natural(%q) = %d, %v", text, got, err)
		}
	}
}

func TestRefused(t *testing.T) {
	duration := func(s string) error { _, err := Duration(s); return err }
	rate := func(s string) error { _, err := Rate(s); return err }
	share := func(s string) error { _, err := Share(s); return err }
	integer := func(s string) error { _, err := Integer(s); return err }
	natural := func(s string) error { _, err := Natural(s); return err }
	for _, c := range []struct {
		read func(string) error
		text string
		want string
	}{
		{duration, "5", "5 has no unit: write 5ms or 5s (units: ns, us, ms, s, m, h)"},
		{duration, "0", "0 has no unit: write 0ms or 0s (units: ns, us, ms, s, m, h)"},
		{duration, "5 sec", `"5 sec" is not a duration: write 500ms or 2.1s (units: ns, us, ms, s, m, h)`},
		{duration, "", `"" is not a duration: write 500ms or 2.1s (units: ns, us, ms, s, m, h)`},
		{rate, "1000", "1000 has no unit: write 1000/s (unit: /s)"},
		{rate, "10/m", `"10/m" is not a rate: write operations per second, such as 1000/s (unit: /s)`},
		{rate, "NaN/s", `"NaN/s" is not a rate: write operations per second, such as 1000/s (unit: /s)`},
		{rate, "0x10/s", `"0x10/s" is not a rate: write operations per second, such as 1000/s (unit: /s)`},
		{duration, "9999999h", "9999999h is too long a duration (at most 2562047h)"},
		{duration, "-1h9999999h", "-1h9999999h is too long a duration (at most 2562047h)"},
		{rate, "010/s", `"010/s" is not a rate: write operations per second, such as 1000/s (unit: /s)`},
		{integer, "1e3", `"1e3" is not a whole number: write digits alone, such as 8 or 40`},
		{integer, "", `"" is not a whole number: write digits alone, such as 8 or 40`},
		{integer, "+5", `"+5" is not a whole number: write digits alone, such as 8 or 40`},
		{integer, "1_000", `"1_000" is not a whole number: write digits alone, such as 8 or 40`},
		{integer, "-010", `"-010" is not a whole number: write it without the leading zero, which some programs take for octal`},
		{integer, "99999999999999999999", "99999999999999999999 is too large a number"},
		{natural, "-1", `"-1" is not a whole number of 0 and more: write digits alone, such as 8 or 40`},
		{natural, "18446744073709551616", "18446744073709551616 is too large a number (at most 18446744073709551615)"},
		{share, ".nan", `".nan" is not a share: write 10% or 0.1`},
		{share, "ten", `"ten" is not a share: write 10% or 0.1`},
	} {
		if err := c.read(c.text); err == nil || err.Error() != c.want {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

func FuzzUnits(f *testing.F) {
	for _, s := range []string{"500ms", "1000/s", "10%", "0.1", "-1h", "9e9/s", "--1/s", "1e400%", "010", "-3", "-0"} {
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
		if n, err := Integer(text); err == nil && strings.TrimPrefix(text, "-0") != "" && strconv.Itoa(n) != text {
			t.Errorf("Integer(%q) = %d", text, n)
		}
		if n, err := Natural(text); err == nil && strconv.FormatUint(n, 10) != text {
			t.Errorf("Natural(%q) = %d", text, n)
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
