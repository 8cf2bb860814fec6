// Package rounds measures programs beside each other: one after the other, each once a round, in another order in each
// round, because a machine does not stay as fast as it is. It is what make bench-kv and make bench-rate are made of.
package rounds

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"

	"aftershock/results/stat"
)

// Most is as many rounds as one would wait for.
const Most = 40

// enough is how many pairs of rounds have a 95 % interval by ranks.
const enough = 6

// Taken is what each program has given, a value a round.
type Taken[T any] map[string][]T

// Measure measures the programs in so many rounds, in an order that follows from the seed, and says after each round on
// progress how many there were. It ends with the first error.
func Measure[T any](rounds int, seed uint64, programs []string, measure func(program string) (T, error),
	progress io.Writer,
) (Taken[T], error) {
	taken, rng := Taken[T]{}, rand.New(rand.NewPCG(seed, 0))
	for round := range rounds {
		for _, i := range rng.Perm(len(programs)) {
			one, err := measure(programs[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", programs[i], err)
			}
			taken[programs[i]] = append(taken[programs[i]], one)
		}
		fmt.Fprintf(progress, "round %d of %d\n", round+1, rounds)
	}
	return taken, nil
}

// Figure is one figure of a program, a value a round.
func (t Taken[T]) Figure(program string, of func(T) float64) (values []float64) {
	for _, one := range t[program] {
		values = append(values, of(one))
	}
	return values
}

// Median is the median of a figure; 0 of none.
func Median(values []float64) float64 {
	m, _ := stat.Median(values)
	return m
}

// Times says how many times as much other is as base, round by round, with the 95 % interval: "1.09 [1.01, 1.26]".
// Fewer than six rounds have no interval, and it says so.
func Times(base, other []float64) (string, error) {
	if n := len(base); n < enough && n == len(other) {
		var times []float64
		for i, b := range base {
			times = append(times, other[i]/b)
		}
		return fmt.Sprintf("%.2f (no interval: %d rounds)", Median(times), n), nil
	}
	c, err := stat.Compare(base, other, stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.05})
	if err != nil {
		return "", err
	}
	at := c.At95
	return fmt.Sprintf("%.2f [%.2f, %.2f]", math.Exp(at.Value), math.Exp(at.Low), math.Exp(at.High)), nil
}
