package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"aftershock/internal/units"

	"github.com/spf13/pflag"
)

// Flags read quantities as scenario files do. The library's flags would read 010 as 8 and 0x10 as 16, and their errors
// have the words of strconv.

// whole is a flag's whole number.
type whole struct{ value *int }

func (w whole) String() string { return strconv.Itoa(*w.value) }
func (w whole) Type() string   { return "int" }

func (w whole) Set(text string) (err error) {
	*w.value, err = units.Integer(text)
	return err
}

// natural is a flag's whole number that is not negative, such as a seed.
type natural struct{ value *uint64 }

func (n natural) String() string { return strconv.FormatUint(*n.value, 10) }
func (n natural) Type() string   { return "uint" }

func (n natural) Set(text string) (err error) {
	*n.value, err = units.Natural(text)
	return err
}

// length is a flag's duration; 0 is none.
type length struct{ value *time.Duration }

func (l length) Type() string { return "duration" }

func (l length) String() string {
	if *l.value == 0 {
		return "0" // which the help does not show as a default
	}
	return units.Short(*l.value)
}

func (l length) Set(text string) (err error) {
	*l.value, err = units.Duration(text)
	return err
}

func intFlag(flags *pflag.FlagSet, at *int, name string, value int, usage string) {
	*at = value
	flags.Var(whole{at}, name, usage)
}

func seedFlag(flags *pflag.FlagSet, at *uint64, usage string) {
	*at = defaultSeed
	flags.Var(natural{at}, "seed", usage)
}

func durationFlag(flags *pflag.FlagSet, at *time.Duration, name, usage string) {
	flags.Var(length{at}, name, usage)
}

// valueError says in our words what is wrong with the value of a flag or a variable.
func valueError(by string, err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	if invalid.GetFlag().Value.Type() == "bool" {
		return fmt.Errorf("%s: %q is neither true nor false (allowed: true, false, 1, 0)", by, invalid.GetValue())
	}
	return fmt.Errorf("%s: %w", by, invalid.Unwrap())
}

// checkEmpty refuses flags that were given without a value: an empty list of fixes is not the scenario's.
func checkEmpty(flags *pflag.FlagSet) error {
	var errs []error
	flags.Visit(func(f *pflag.Flag) {
		if value := f.Value.String(); value == "" || f.Value.Type() == "stringSlice" && value == "[]" {
			errs = append(errs, fmt.Errorf("--%s is empty: give it a value, or leave it out", f.Name))
		}
	})
	return errors.Join(errs...)
}
