package rounds

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// Each program is measured once a round, and no round has the order of all others.
func TestProgramsTakeTurns(t *testing.T) {
	var order []string
	var said strings.Builder
	taken, err := Measure(8, 1, []string{"a", "b"}, func(program string) (int, error) {
		order = append(order, program)
		return len(order), nil
	}, &said)
	if err != nil || len(taken["a"]) != 8 || len(taken["b"]) != 8 ||
		!strings.HasSuffix(said.String(), "round 8 of 8\n") {
		t.Fatal(taken, said.String(), err)
	}
	firsts := map[string]int{}
	for round := range slices.Chunk(order, 2) {
		if round[0] == round[1] {
			t.Errorf("%s twice in a round", round[0])
		}
		firsts[round[0]]++
	}
	if firsts["a"] == 0 || firsts["b"] == 0 {
		t.Errorf("first were %v", firsts)
	}
	values := taken.Figure("b", func(n int) float64 { return float64(n) })
	if len(values) != 8 || values[0] != float64(taken["b"][0]) {
		t.Errorf("%v of %v", values, taken)
	}
}

func TestAnErrorSaysWhose(t *testing.T) {
	broken := func(string) (int, error) { return 0, errors.New("broken") }
	_, err := Measure(6, 1, []string{"a"}, broken, &strings.Builder{})
	if err == nil || err.Error() != "a: broken" {
		t.Errorf("got %v", err)
	}
}

func TestTimes(t *testing.T) {
	base := []float64{1, 2, 3, 4, 5, 6}
	twice := []float64{2, 4, 6, 8, 10, 12}
	if got, err := Times(base, twice); err != nil || got != "2.00 [2.00, 2.00]" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := Times(base[:2], twice[:2]); err != nil || got != "2.00 (no interval: 2 rounds)" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Times(base, twice[:3]); err == nil {
		t.Error("six rounds against three are compared")
	}
	if got := Median(base); got != 3.5 {
		t.Errorf("median %g", got)
	}
}
