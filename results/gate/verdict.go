package gate

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/document"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// verdict asks for the verdict of one metric, by its corrected p-value.
type verdict struct {
	metric results.Metric // the zero value stands for the fix's primary one
	is     []stat.Verdict
}

// decided are the verdicts that a policy can ask for: those that show something.
var decided = []string{stat.Improved.String(), stat.NoDifference.String(), stat.Regressed.String()}

func readVerdict(_ document.Value, o document.Object) ask {
	a := verdict{metric: readMetric(o)}
	if o["phase"].Given() && !o["metric"].Given() {
		o["phase"].Addf("stands without a metric: leave both out for the fix's primary metric")
	}
	items, _ := o["is"].OneOrMore("verdict")
	for _, item := range items {
		text, ok := item.OneOf("verdict", decided)
		var v stat.Verdict
		if ok && v.UnmarshalText([]byte(text)) == nil {
			if slices.Contains(a.is, v) {
				item.Addf("%q is given twice", text)
			}
			a.is = append(a.is, v)
		}
	}
	slices.SortFunc(a.is, func(a, b stat.Verdict) int { // a list in another order asks the same
		return slices.Index(decided, a.String()) - slices.Index(decided, b.String())
	})
	if len(a.is) == len(decided) {
		o["is"].Addf("holds every verdict, so that the rule cannot fail: leave one out")
	}
	return a
}

func (a verdict) String() string {
	if a.metric.Name == "" {
		return "verdict: " + a.wanted()
	}
	return fmt.Sprintf("verdict: %s %s", a.metric, a.wanted())
}

// of is the metric that the rule is about for this fix.
func (a verdict) of(f summary.Fix) results.Metric {
	if a.metric.Name == "" {
		return f.Fix.Primary
	}
	return a.metric
}

func (a verdict) wanted() string {
	words := make([]string, len(a.is))
	for i, v := range a.is {
		words[i] = v.String()
	}
	return strings.Join(words, " or ")
}

func (a verdict) judge(c candidate) (Answer, error) {
	r, in, err := c.compared(a.of(c.fix))
	if err != nil || in.is() {
		return in.answer(r, a.wanted()), err
	}
	adjusted := c.adjusted[cell{c.fix.Name, r.Metric}]
	final := c.corrected(r)
	answer := Answer{
		Measured: fmt.Sprintf("%s: %s", final, estimate(r, r.Change.Low, r.Change.High, "95 %")), Bound: a.wanted(),
	}
	switch {
	case final == stat.Inconclusive, final == stat.TooFewPairs:
		answer.Result, answer.Why = undecided(r, adjusted, len(c.adjusted))
	case !slices.Contains(a.is, final):
		answer.Result, answer.Why = Fail, fmt.Sprintf("%s is %s", r.Metric, final)
	case final == stat.NoDifference:
		answer.Result = Pass
		answer.Why = fmt.Sprintf("the 90 %% interval of %s lies within the margin of %s",
			r.Metric, amount(r, r.Change.Margin))
	default:
		answer.Result = Pass
		answer.Why = fmt.Sprintf("%s is %s, with p %.2g corrected for %d gated metrics",
			r.Metric, final, adjusted, len(c.adjusted))
	}
	return answer, nil
}

// undecided says whether the run had a chance to decide.
func undecided(r summary.Row, adjusted float64, gated int) (Result, string) {
	found, fewest := r.Change.Alone, stat.FewestPairs(gated)
	switch {
	case !hasInterval(r.Change):
		return Underpowered, noInterval(r.Change)
	// With up to 5 pairs, which a policy has to allow, Student's t has no smallest p-value.
	case !r.Change.Method.Parametric() && r.Change.Pairs < fewest:
		return Underpowered, fmt.Sprintf("%d pairs cannot show a change when %d metrics are corrected together: it takes %d",
			r.Change.Pairs, gated, fewest)
	case found != stat.Inconclusive:
		return Inconclusive, fmt.Sprintf("%s by itself, but p is %.2g when %d gated metrics are corrected together",
			found, adjusted, gated)
	case r.Change.Open != stat.Closed:
		return Inconclusive, openEnd
	case !powered(r.Change, r.Change.Margin):
		return Underpowered, fmt.Sprintf("nothing was found, and %s, above the margin of %s",
			finds(r), amount(r, r.Change.Margin))
	}
	return Inconclusive, "the interval allows both a change and none"
}

// noInterval says why a change without one is not judged.
func noInterval(c *summary.Change) string {
	if c.Pairs == 1 {
		return "a single pair gives no interval"
	}
	return fmt.Sprintf("%d pairs with a bound among them give no interval", c.Pairs)
}

// openEnd is why a change with only one known end is not judged.
const openEnd = "a trial's value is a bound, cut off by the operation time-out or the trial's end: that can show " +
	"a change for the worse or for the better, and never that there is none"

// powered tells whether the run could have detected a change of this size. Pairs that all show the same have no noise
// that could have hidden one.
func powered(c *summary.Change, size float64) bool {
	if c.DetectableHarm == 0 {
		return hasInterval(c) && c.Low == c.High
	}
	return c.DetectableHarm <= size
}

// finds says which changes a run with so many pairs, as noisy as these, can find.
func finds(r summary.Row) string {
	if r.Change.DetectableHarm == 0 {
		return "it is not known what the run could have found"
	}
	return fmt.Sprintf("a run so noisy finds changes from %s on", amount(r, r.Change.DetectableHarm))
}

// amount prints the size of a change without a sign.
func amount(r summary.Row, v float64) string {
	switch {
	case r.Scale == stat.Ratio:
		return units.Format(v, "share")
	case r.Unit == "share":
		return fmt.Sprintf("%.4g points", 100*v)
	}
	return units.Format(v, r.Unit)
}
