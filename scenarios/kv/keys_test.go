package kv

import (
	"math"
	"testing"
	"testing/quick"
)

func shape(keys int, skew string) Config {
	return Config{Keys: keys, KeySize: LeastKey(keys) + 3, ValueSize: LeastValue + 5, Skew: skew}
}

func TestKeysHaveTheirSizeAndDiffer(t *testing.T) {
	for _, n := range []int{1, 10, 11, 1000} {
		c := shape(n, Uniform)
		seen := map[string]bool{}
		for _, name := range newKeyspace(c, 1).names {
			if len(name) != c.KeySize || seen[name] {
				t.Errorf("%d keys: %q", n, name)
			}
			seen[name] = true
		}
		if len(seen) != n {
			t.Errorf("%d keys, want %d", len(seen), n)
		}
	}
}

func TestAChoiceIsAKeyAndTheSameAgain(t *testing.T) {
	property := func(seed, operation, i uint64, n uint8, zipf bool) bool {
		c := shape(int(n)+1, Uniform)
		if zipf {
			c.Skew = Zipf
		}
		a, b := newKeyspace(c, seed).pick(operation, i), newKeyspace(c, seed).pick(operation, i)
		return a == b && a >= 0 && a < c.Keys
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 200}); err != nil {
		t.Error(err)
	}
}

// Of 100,000 choices among 100 keys each rank has its share: within six standard deviations of a binomial count.
func TestSkew(t *testing.T) {
	const keys, choices = 100, 100_000
	for _, skew := range Skews {
		k := newKeyspace(shape(keys, skew), 7)
		counts := make([]int, keys)
		for n := range uint64(choices) {
			counts[k.pick(n, 0)]++
		}
		sum := 0.0
		for r := 1; r <= keys; r++ {
			sum += math.Pow(float64(r), -zipfExponent)
		}
		for rank := range uint64(keys) {
			share := 1.0 / keys
			if skew == Zipf {
				share = math.Pow(float64(rank+1), -zipfExponent) / sum
			}
			key := rank
			if skew == Zipf {
				key = rank * spread % keys
			}
			want, deviation := share*choices, math.Sqrt(choices*share*(1-share))
			if got := float64(counts[key]); math.Abs(got-want) > 6*deviation {
				t.Errorf("%s: rank %d was chosen %v times, want about %.0f", skew, rank, got, want)
			}
		}
	}
}

func TestASeedGivesOtherKeys(t *testing.T) {
	a, b, same := newKeyspace(shape(1000, Uniform), 1), newKeyspace(shape(1000, Uniform), 2), 0
	for n := range uint64(1000) {
		if a.pick(n, 0) == b.pick(n, 0) {
			same++
		}
	}
	if same > 20 { // one is expected
		t.Errorf("two seeds agree in %d of 1000 choices", same)
	}
}

func FuzzTag(f *testing.F) {
	f.Add(uint64(1), []byte("00000000000000ffvvvv"))
	f.Add(uint64(1)<<63, []byte("short"))
	f.Fuzz(func(t *testing.T, tag uint64, value []byte) {
		made := newValues(LeastValue + 4).with(tag)
		if len(made) != LeastValue+4 || tagIn([]byte(made)) != tag {
			t.Errorf("tag %x reads back as %x from %q", tag, tagIn([]byte(made)), made)
		}
		if found := tagIn(value); found != 0 && tagIn([]byte(newValues(LeastValue).with(found))) != found {
			t.Errorf("%q holds %x", value, found)
		}
	})
}

func TestTagsDiffer(t *testing.T) {
	seen := map[uint64]bool{0: true} // what fills the keys has 0
	for stream := range 3 {
		for _, closed := range []bool{false, true} {
			for n := range uint64(3) {
				tag := tagOf(stream, closed, n)
				if seen[tag] {
					t.Errorf("tag %x of stream %d, closed %v, operation %d is another's", tag, stream, closed, n)
				}
				seen[tag] = true
			}
		}
	}
}
