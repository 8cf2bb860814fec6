// Package units reads quantities as people write them, a duration, a rate, a share, and prints figures for people to
// read. A number whose unit would have to be guessed is refused.
package units

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const durationUnits = "units: ns, us, ms, s, m, h"

// wellFormed is what time.ParseDuration refuses for its size alone.
var wellFormed = regexp.MustCompile(`^[-+]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$`)

// Duration reads "500ms" or "2.1s" (time.ParseDuration), but refuses a bare 0 as it does any other bare number.
func Duration(text string) (time.Duration, error) {
	if _, err := number(text); err == nil {
		return 0, fmt.Errorf("%s has no unit: write %sms or %ss (%s)", text, text, text, durationUnits)
	}
	d, err := time.ParseDuration(text)
	if err != nil && wellFormed.MatchString(text) {
		return 0, fmt.Errorf("%s is too long a duration (at most %dh)", text, int64(math.MaxInt64/time.Hour))
	}
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration: write 500ms or 2.1s (%s)", text, durationUnits)
	}
	return d, nil
}

// Short writes a duration without the trailing zeroes of time.Duration.String: 7m instead of 7m0s.
func Short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Rate reads "1000/s", in operations per second.
func Rate(text string) (float64, error) {
	perSecond, found := strings.CutSuffix(text, "/s")
	v, err := number(perSecond)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is not a rate: write operations per second, such as 1000/s (unit: /s)", text)
	case !found:
		return 0, fmt.Errorf("%s has no unit: write %s/s (unit: /s)", text, text)
	}
	return v, nil
}

// Integer reads a whole number in decimal digits.
func Integer(text string) (int, error) {
	if err := plainDigits(strings.TrimPrefix(text, "-")); err != nil {
		return 0, fmt.Errorf("%q is not a whole number: %w", text, err)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%s is too large a number", text)
	}
	return n, nil
}

// Natural reads a whole number that is not negative, such as a seed.
func Natural(text string) (uint64, error) {
	if err := plainDigits(text); err != nil {
		return 0, fmt.Errorf("%q is not a whole number of 0 and more: %w", text, err)
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is too large a number (at most %d)", text, uint64(math.MaxUint64))
	}
	return n, nil
}

var (
	errDigits = errors.New("write digits alone, such as 8 or 40")
	errZero   = errors.New("write it without the leading zero, which some programs take for octal")
)

// plainDigits refuses 1e3 and 1_000, and 010, which is ten to one reader and eight to the next.
func plainDigits(text string) error {
	switch {
	case text == "" || strings.Trim(text, "0123456789") != "":
		return errDigits
	case len(text) > 1 && text[0] == '0':
		return errZero
	}
	return nil
}

// Share reads "10%" or "0.1".
func Share(text string) (float64, error) {
	percent, found := strings.CutSuffix(text, "%")
	v, err := number(percent)
	if err != nil {
		return 0, fmt.Errorf("%q is not a share: write 10%% or 0.1", text)
	}
	if found {
		v /= 100
	}
	return v, nil
}

// Number reads a plain decimal without a unit, such as "0" or "2.5".
func Number(text string) (float64, error) {
	v, err := number(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number: write 0 or 2.5", text)
	}
	return v, nil
}

// number reads plain decimals only; strconv.ParseFloat alone would also take NaN, Inf, 0x1p-2 and 1_000. A leading zero makes
// it octal for some readers of YAML.
func number(text string) (float64, error) {
	digits := strings.TrimPrefix(text, "-")
	if strings.Trim(digits, "0123456789.") != "" || len(digits) > 1 && digits[0] == '0' && digits[1] != '.' {
		return 0, strconv.ErrSyntax
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, strconv.ErrSyntax
	}
	return v, nil
}

// byteUnits are the units of sizes, the largest first: each is what a size is written in when it is a multiple of it.
var byteUnits = []struct {
	name  string
	bytes int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

// Bytes reads "64KiB" or "512B". A size is whole and not negative.
func Bytes(text string) (int64, error) {
	for _, u := range byteUnits {
		digits, found := strings.CutSuffix(text, u.name)
		if !found {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 0 || n > math.MaxInt64/u.bytes || strings.HasPrefix(digits, "+") {
			break
		}
		return n * u.bytes, nil
	}
	return 0, fmt.Errorf("%q is not a size: write 512B, 64KiB or 1MiB (units: B, KiB, MiB, GiB)", text)
}

// Size writes a size as Bytes reads it, in the largest unit that gives a whole number.
func Size(bytes int64) string {
	for _, u := range byteUnits {
		if bytes >= u.bytes && bytes%u.bytes == 0 {
			return strconv.FormatInt(bytes/u.bytes, 10) + u.name
		}
	}
	return "0B"
}
