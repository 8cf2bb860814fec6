package stat_test

import (
	"fmt"

	"aftershock/results/stat"
)

// P99 of eight pairs of trials, in seconds: the fix makes it about a third lower.
func ExampleCompare() {
	before := []float64{0.120, 0.131, 0.118, 0.140, 0.125, 0.122, 0.160, 0.129}
	after := []float64{0.081, 0.088, 0.084, 0.090, 0.079, 0.086, 0.099, 0.083}
	c, err := stat.Compare(before, after, stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.10})
	if err != nil {
		fmt.Println(err)
		return
	}
	e := c.Scale.Reported(c.At95)
	fmt.Printf("%v: %+.1f %% [%+.1f, %+.1f] at %.1f %%, %s, %d pairs\n",
		c.Verdict, 100*e.Value, 100*e.Low, 100*e.High, 100*e.Achieved, c.Method, e.N)
	// Output: improved: -34.0 % [-36.9, -30.7] at 96.1 %, signed-rank, 8 pairs
}

// The failed share was 0 in most trials, so that there is no ratio. One percentage point would matter.
func ExampleCompare_difference() {
	before := []float64{0, 0, 0.002, 0, 0, 0.001, 0, 0}
	after := []float64{0, 0.001, 0, 0, 0, 0, 0, 0.002}
	c, err := stat.Compare(before, after, stat.Criterion{Scale: stat.Difference, Better: stat.Lower, Margin: 0.01})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %+.4f [%+.4f, %+.4f]\n", c.Verdict, c.At90.Value, c.At90.Low, c.At90.High)
	// Output: no difference: +0.0000 [-0.0010, +0.0010]
}

// Three pairs: the interval is shown, rests on the differences being normal, says so, and decides nothing.
func ExampleCompare_fewPairs() {
	c, err := stat.Compare([]float64{200, 210, 190}, []float64{150, 160, 155},
		stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.10})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v by %s: half-width %.3f\n", c.Verdict, c.Method, c.At95.HalfWidth())
	// Output: too few pairs by paired t (parametric): half-width 0.111
}

func ExampleBeyond() {
	for _, n := range []int{1500, 2000} {
		beyond := stat.Beyond(n, 0.99)
		fmt.Printf("P99 of %d requests: %d beyond, shown: %t\n", n, beyond, beyond >= stat.FewestBeyond)
	}
	// Output:
	// P99 of 1500 requests: 15 beyond, shown: false
	// P99 of 2000 requests: 20 beyond, shown: true
}
