package stat_test

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"testing"

	"aftershock/results/stat"
)

// decode reads up to 40 pairs of float64 bit patterns, so that NaN, infinities and subnormals all occur.
func decode(data []byte) (before, after []float64) {
	for len(data) >= 16 && len(before) < 40 {
		before = append(before, math.Float64frombits(binary.LittleEndian.Uint64(data)))
		after = append(after, math.Float64frombits(binary.LittleEndian.Uint64(data[8:])))
		data = data[16:]
	}
	return before, after
}

func encode(pairs ...[2]float64) (data []byte) {
	for _, p := range pairs {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(p[0]))
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(p[1]))
	}
	return data
}

func FuzzCompare(f *testing.F) {
	f.Add(encode([2]float64{1, 2}, [2]float64{3, 3}, [2]float64{2, 5}), 0.1, true, true)
	f.Add(encode([2]float64{0, 0}, [2]float64{0, -1}, [2]float64{1e150, -1e150}), 0.0, false, false)
	f.Add(encode([2]float64{1e-320, 1e150}, [2]float64{1e150, 1e-320}), 1e300, true, false)
	f.Add(encode([2]float64{math.NaN(), 1}), math.Inf(1), true, true)
	long := [][2]float64{{1, 2}, {2, 1}, {3, 3}, {4, 9}, {5, 5}, {6, 2}, {7, 7.1}}
	f.Add(encode(long...), 0.05, true, true)
	f.Fuzz(func(t *testing.T, data []byte, margin float64, ratio, lower bool) {
		by := stat.Criterion{Scale: stat.Difference, Better: stat.Higher, Margin: margin}
		if ratio {
			by.Scale = stat.Ratio
		}
		if lower {
			by.Better = stat.Lower
		}
		before, after := decode(data)
		c, err := stat.Compare(before, after, by)
		if err != nil {
			if c.Differences != nil || c.Verdict != stat.Inconclusive {
				t.Fatalf("%+v beside %v", c, err)
			}
			return
		}
		checkShape(t, c)
		// JSON refuses what is not finite.
		if _, err := json.Marshal([]any{c, by.Scale.Reported(c.At95), by.Scale.Reported(c.At90)}); err != nil {
			t.Fatal(err)
		}
		checkDerived(t, c, before, after)
		if _, err := stat.Compare(after, before, by); err != nil {
			t.Fatalf("taken one way round only: %v", err)
		}
	})
}

// checkDerived looks at everything that is computed from a comparison: probabilities are some, and nothing is NaN or
// infinite.
func checkDerived(t *testing.T, c stat.Comparison, before, after []float64) {
	t.Helper()
	for _, p := range []float64{c.P, c.Equivalence} {
		if !(p >= 0 && p <= 1) || (p < 1 && !c.At95.HasInterval()) {
			t.Fatalf("p-value %v of %+v", p, c)
		}
	}
	// The quantile of t and its distribution function are each other's inverse to some 9 digits only.
	c = stat.Parametric(c)
	changed, near5 := c.At95.Low > 0 || c.At95.High < 0, math.Abs(c.P-0.05) <= 1e-8
	if c.At95.HasInterval() && !near5 && changed != (c.P <= 0.05) {
		t.Fatalf("p %v beside %+v", c.P, c.At95)
	}
	for _, tests := range []int{-1, 1, 4} {
		if n, ok := stat.MorePairs(c, tests); n < 0 || n > stat.MaxPairs || (n > 0 && !ok) {
			t.Fatalf("%d, %t more pairs for %+v", n, ok, c)
		}
	}
	if d, ok := stat.Detectable(c, 1); ok != (d > 0) || !(d <= math.MaxFloat64) {
		t.Fatalf("detects %v, %t: %+v", d, ok, c)
	}
	if stat.NonInferior(c, c.Margin) && !c.At90.HasInterval() {
		t.Fatalf("not inferior without an interval: %+v", c)
	}
	if r, ok := stat.Autocorrelation(c.Differences); !(math.Abs(r) <= 1+1e-12) || (r != 0 && !ok) {
		t.Fatalf("autocorrelation %v, %t of %v", r, ok, c.Differences)
	}
	if p, ok := stat.MannWhitney(before, after); !(p >= 0 && p <= 1) || ok != (len(before) > 0) {
		t.Fatalf("Mann-Whitney %v, %t of %v and %v", p, ok, before, after)
	}
}

func FuzzVerdictText(f *testing.F) {
	for _, word := range words {
		f.Add([]byte(word))
	}
	f.Add([]byte(""))
	f.Add([]byte("Improved"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var v stat.Verdict
		if err := v.UnmarshalText(text); err != nil {
			if v != stat.Inconclusive {
				t.Fatalf("%q left %v beside %v", text, v, err)
			}
			return
		}
		if back, err := v.MarshalText(); err != nil || string(back) != string(text) {
			t.Fatalf("%q came back as %q, %v", text, back, err)
		}
	})
}

func FuzzQuantile(f *testing.F) {
	f.Add(2000, 0.99)
	f.Add(math.MaxInt, 1.0)
	f.Add(math.MaxInt, 0.999999)
	f.Add(1, 5e-324)
	samples := make([]float64, 500)
	for i := range samples {
		samples[i] = float64(i)
	}
	f.Fuzz(func(t *testing.T, n int, q float64) {
		if got := stat.Beyond(n, q); got < 0 || got > max(n, 0) {
			t.Fatalf("Beyond(%d, %v) = %d", n, q, got)
		}
		if n < 1 || n > len(samples) {
			return
		}
		got, ok := stat.Quantile(samples[:n], q)
		if ok != (q >= 0 && q <= 1) {
			t.Fatalf("Quantile at %v: %t", q, ok)
		}
		if beyond := stat.Beyond(n, q); ok && q > 0 && n-1-int(got) != beyond {
			t.Fatalf("%d of %d lie beyond the quantile %v, Beyond says %d", n-1-int(got), n, q, beyond)
		}
	})
}

// Arms with bounds in them: whatever the values and wherever the bounds lie, what comes out is finite, is no "no
// difference", and has a p-value that is one.
func FuzzCompareArms(f *testing.F) {
	f.Add(encode([2]float64{1, 2}, [2]float64{3, 3}, [2]float64{2, 5}), uint64(1), uint64(0), true)
	f.Add(encode([2]float64{1, 1}, [2]float64{1, 1}, [2]float64{1, 1}, [2]float64{1, 1}, [2]float64{1, 1}, [2]float64{1, 1}), uint64(63), uint64(1), true)
	f.Add(encode([2]float64{1e150, -1e150}, [2]float64{-1e150, 1e150}), uint64(2), uint64(1), false)
	f.Add(encode([2]float64{math.NaN(), 1}), uint64(1), uint64(1), true)
	f.Fuzz(func(t *testing.T, data []byte, beforeBounds, afterBounds uint64, ratio bool) {
		by := stat.Criterion{Scale: stat.Difference, Better: stat.Higher, Margin: 0.1}
		if ratio {
			by.Scale = stat.Ratio
		}
		before, after := decode(data)
		marked := func(values []float64, bits uint64) stat.Arm {
			a := stat.Arm{Values: values, Bounds: make([]bool, len(values))}
			for i := range values {
				a.Bounds[i] = bits>>i&1 == 1
			}
			return a
		}
		b, a := marked(before, beforeBounds), marked(after, afterBounds)
		c, err := stat.CompareArms(b, a, by)
		if _, plain := stat.Compare(before, after, by); (err == nil) != (plain == nil) && plain == nil {
			t.Fatalf("%v only with bounds", err)
		}
		if err != nil {
			return
		}
		if _, err := json.Marshal([]any{c, by.Scale.Reported(c.At95), by.Scale.Reported(c.At90)}); err != nil {
			t.Fatal(err)
		}
		if bounded := c.Open != stat.Closed; bounded && c.Verdict == stat.NoDifference || !(c.P >= 0 && c.P <= 1) {
			t.Fatalf("open at %q: %v, p %v", c.Open, c.Verdict, c.P)
		}
		if c.At95.HasInterval() && !(c.At95.Low <= c.At95.Value && c.At95.Value <= c.At95.High) {
			t.Fatalf("%+v", c.At95)
		}
		for _, tests := range []int{1, 4} {
			if n, ok := stat.MorePairs(c, tests); n < 0 || n > 0 && !ok {
				t.Fatalf("%d more pairs, %t", n, ok)
			}
			if d, ok := stat.Detectable(c, tests); ok != (d > 0) || ok && c.Open != stat.Closed {
				t.Fatalf("detects %v, %t", d, ok)
			}
		}
	})
}
