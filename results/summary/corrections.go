package summary

import "aftershock/results/stat"

// correctPrimaries corrects the primary metrics of all fixes of a run together: each gives a verdict, and the chance
// that any of them is a false alarm is to stay below 5 %. A metric that could not be compared counts as well, because
// it was declared.
func correctPrimaries(primaries []Row) {
	p := make([]float64, len(primaries))
	for i, r := range primaries {
		p[i] = 1
		if r.Change != nil {
			p[i] = r.Change.P
		}
	}
	for i, adjusted := range stat.AdjustHolm(p) {
		primaries[i].correctAmong(len(primaries), adjusted)
	}
}

// correctEarly corrects a primary metric while those of the other fixes are not known: as if theirs were all larger,
// for which Holm asks the most. So an early verdict is never stronger than the final one.
func correctEarly(primary Row, tests int) {
	if primary.Change != nil {
		primary.correctAmong(tests, min(1, float64(tests)*primary.Change.P))
	}
}

// correctAmong books what Holm's correction over so many tests makes of a primary row, and what could have been found.
// Copies of a row share its change, so that a fix's primary row and the one among its rows never differ.
func (r Row) correctAmong(tests int, adjusted float64) {
	if r.Change == nil {
		return
	}
	r.Change.Adjusted, r.Change.Correction = adjusted, stat.Holm
	r.Change.Verdict = r.comparison.CorrectedAmong(tests, adjusted)
	r.Change.Detectable = 0
	if d, ok := stat.Detectable(r.comparison, tests); ok {
		r.Change.Detectable = r.comparison.Improvement(d)
	}
}

// correct books what a correction makes of a row that is only looked at.
func (r Row) correct(adjusted float64, by stat.Correction) {
	r.Change.Adjusted, r.Change.Correction, r.Change.Verdict = adjusted, by, r.comparison.Corrected(adjusted)
}
