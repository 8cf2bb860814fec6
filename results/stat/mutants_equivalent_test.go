package stat_test

const (
	sign     = "only the sign of the number counts"
	clamped  = "what is above 1 is 1 to all who read it"
	rounding = "it takes back rounding errors, which are smaller by far than the change"
	room     = "it is room, and not length"
)

// equivalent are the mutants that do what the package does, each with its reason.
var equivalent = map[string]string{
	"adjust.go, AdjustBenjaminiHochberg: smallest := [1.0 -> 1.1]":                                   clamped,
	"adjust.go, probability: if p >= 0 && p <= [1 -> 2] {":                                           clamped,
	"adjust.go, probability: return [1 -> 2]":                                                        clamped,
	"power.go, MorePairs: switch v := c.CorrectedAmong(tests, min([1 -> 2], float64(tests)*c.P)); {": clamped,
	"select_arms.go, apart: return Estimate{Confidence: wide, Method: NoInterval}, [1 -> 2]":         clamped,

	"adjust.go, ascending: return -[1 -> 2]":                                     sign,
	"adjust.go, ascending: return [1 -> 2]":                                      sign,
	"adjust.go, ascending: return [0 -> 1]":                                      "a sort asks only what is less",
	"select_calmest.go, compareScores: return -[1 -> 2]":                         sign,
	"select_calmest.go, compareScores: return [1 -> 2]":                          sign,
	"select_calmest.go, compareScores: return [0 -> 1]":                          "a sort asks only what is less",
	"bounds.go, spansOf: s.low[i], s.high[i] = math.Inf(-[1 -> 2]), math.Inf(1)": sign,
	"bounds.go, spansOf: s.low[i], s.high[i] = math.Inf(-1), math.Inf([1 -> 2])": sign,
	"bounds.go, spansOf: s.low[i] = math.Inf(-[1 -> 2])":                         sign,
	"bounds.go, spansOf: s.high[i] = math.Inf([1 -> 2])":                         sign,

	"bounds.go, clipped: limit, bounded := math.Inf([1 -> 2]), false": sign,
	"select_arms.go, apart: p, _ := pValues(ranks{averages, null}, [0 -> 1])": "the margin is none of a change's " +
		"p-value",

	"crosscheck.go, MannWhitney: return min([1 -> 2], max(0, result.P)), true": rounding,
	"quantile.go, rank: if nearest := math.Round(exact); math.Abs(exact-nearest) <= exact*[0x1p-51 " +
		"-> 4.884981308350689e-16] {": rounding,
	"quantile.go, rank: if nearest := math.Round(exact); math.Abs(exact-nearest) <= exact*[0x1p-51 " +
		"-> 3.9968028886505636e-16] {": rounding,
	"select_rank.go, RankCorrelation: c := Correlation{R: min([1 -> 2], max(-1, floats.Dot(a, " +
		"b)/size)), N: len(x)}": rounding,
	"select_rank.go, RankCorrelation: c := Correlation{R: min(1, max(-[1 -> 2], floats.Dot(a, " +
		"b)/size)), N: len(x)}": rounding,

	"estimate.go, walshAverages: averages := make([]float64, 0, len(d)*(len(d)+[1 -> 2])/2)": room,
	"estimate.go, walshAverages: averages := make([]float64, 0, len(d)*(len(d)+1)/[2 -> 3])": room,

	"adjust.go, Reach: return int(min(float64(tests)+[1 -> 2], max(1, " +
		"math.Ceil(weight*math.Ldexp(2, -pairs)/level)))), alone": "that it is above tests is all that it says",
	"crosscheck.go, Autocorrelation: z[i] = (v/[2 -> 3] - low) / (high - low)": "a factor and a constant cancel out",
	"even.go, Even: if a < 0 || b < 0 || a+b == [0 -> 1] {": "one event is no surprise: p is 1 as " +
		"well",
	"quantile.go, Beyond: if n < 1 || !(q >= 0 && q <= [1 -> 2]) {": "beyond all samples there is none " +
		"either",
	"power.go, MorePairs: from := min(max(now+1, fewest), MaxPairs+[1 -> " +
		"2])": "above MaxPairs there is none, by however much",
	"power.go, MorePairs: n := from + sort.Search(MaxPairs+[1 -> 2]-from, func(i int) bool " +
		"{": "above MaxPairs there is none, by however much",
	"pvalue.go, newStudent: return student{n: len(d), mean: d[[0 -> 1]]}": "all are equal there, and at least two",
	"signedrank.go, NewSignedRank: p := make([]float64, most/2+[1 -> " +
		"2])": "one sum more from below is one fewer from above",
	"signedrank.go, NewSignedRank: for w := min(k*(k+[1 -> 2])/2, len(p)-1); w >= k; w-- " +
		"{": "no sum is larger: there it adds 0 to 0",
}
