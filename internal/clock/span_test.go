package clock

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSpansAreCutAndUnited(t *testing.T) {
	for name, c := range map[string]struct{ got, want []Span }{
		"a hole within":          {Span{0, 10}.Cut(Span{3, 5}), []Span{{0, 3}, {5, 10}}},
		"a hole at each end":     {Span{0, 10}.Cut(Span{-1, 2}, Span{8, 11}), []Span{{2, 8}}},
		"a hole that holds it":   {Span{4, 5}.Cut(Span{0, 10}), nil},
		"a hole beside it":       {Span{0, 5}.Cut(Span{5, 9}), []Span{{0, 5}}},
		"no hole":                {Span{0, 5}.Cut(), []Span{{0, 5}}},
		"two that touch":         {Union([]Span{{5, 8}, {0, 5}}), []Span{{0, 8}}},
		"one within another":     {Union([]Span{{0, 9}, {2, 3}, {4, 12}}), []Span{{0, 12}}},
		"two that lie apart":     {Union([]Span{{6, 8}, {0, 5}}), []Span{{0, 5}, {6, 8}}},
		"cut out of two at once": {Cut([]Span{{0, 5}, {6, 9}}, Span{4, 7}), []Span{{0, 4}, {7, 9}}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}

// What is cut out of spans and what is left of them are, moment by moment, what the sets say.
func TestSpansAreSetsOfMoments(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func() (spans []Span) {
		for range rng.IntN(5) {
			from := Nanos(rng.IntN(20))
			spans = append(spans, Span{from, from + Nanos(rng.IntN(6))})
		}
		return spans
	}
	hold := func(spans []Span, at Nanos) bool {
		return slices.ContainsFunc(spans, func(s Span) bool { return s.Holds(at) })
	}
	for range 2000 {
		spans, holes := draw(), draw()
		left, union := Cut(spans, holes...), Union(spans)
		for at := Nanos(-1); at < 30; at++ {
			if got, want := hold(left, at), hold(spans, at) && !hold(holes, at); got != want {
				t.Fatalf("%v without %v is %v, which is wrong at %d", spans, holes, left, at)
			}
			if got, want := hold(union, at), hold(spans, at); got != want {
				t.Fatalf("the union of %v is %v, which is wrong at %d", spans, union, at)
			}
		}
	}
}
