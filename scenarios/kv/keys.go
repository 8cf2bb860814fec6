package kv

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"aftershock/harness"
)

// Prefix is where all keys of the load lie.
const Prefix = harness.Prefix + "kv/"

// LeastKey is how many bytes a key needs for its prefix and its number.
func LeastKey(keys int) int { return len(Prefix) + len(strconv.Itoa(keys-1)) }

// LeastValue is how many bytes a value needs for the number of the operation that has written it.
const LeastValue = tagSize

// keyspace chooses keys. The same seed, stream and number of an operation give the same key, in any order.
type keyspace struct {
	names []string
	seed  uint64
	zipf  []float64 // the share of the keys up to each rank; nil for uniform
}

const zipfExponent = 0.99 // Cooper et al., Benchmarking Cloud Serving Systems with YCSB, 2010

func newKeyspace(c Config, seed uint64) *keyspace {
	k := &keyspace{seed: seed}
	for i := range c.Keys {
		number := strconv.Itoa(i)
		k.names = append(k.names, Prefix+strings.Repeat("0", c.KeySize-len(Prefix)-len(number))+number)
	}
	if c.Skew == Zipf {
		k.zipf = make([]float64, c.Keys)
		sum := 0.0
		for r := range k.zipf {
			sum += math.Pow(float64(r+1), -zipfExponent)
			k.zipf[r] = sum
		}
		for r := range k.zipf {
			k.zipf[r] /= sum
		}
	}
	return k
}

// pick is the index of the key for choice i of an operation. Ranks are spread over the keys: neighbours in rank are no
// neighbours in etcd's tree.
func (k *keyspace) pick(operation, i uint64) int {
	u := unit(k.seed, operation, i)
	if k.zipf == nil {
		return min(int(u*float64(len(k.names))), len(k.names)-1)
	}
	rank := min(sort.SearchFloat64s(k.zipf, u), len(k.names)-1)
	return int(uint64(rank) * spread % uint64(len(k.names)))
}

// spread is a prime beyond every number of keys, so that multiplying by it changes only the order.
const spread = 2_147_483_647

// unit draws from [0, 1).
func unit(seed, operation, i uint64) float64 {
	return float64(mix(mix(seed^operation)+i)>>11) / (1 << 53)
}

// mix is splitmix64's (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014): it needs no state,
// which many callers would share.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
