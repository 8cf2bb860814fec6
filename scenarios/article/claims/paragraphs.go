package claims

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// verdictAndTruth is the verdict with its reason, and then what is true, as sentences.
func verdictAndTruth(r Row) string {
	verdict := verdictWords(r)
	words := "**" + prose(verdict) + "**" + prose(strings.TrimPrefix(reasoned(r), verdict)) + "."
	if truth := truth(r); truth != "" {
		words += " " + prose(truth)
	}
	return words
}

// outcomeNotes are what the figures of an outcome do not say by themselves.
func outcomeNotes(o Outcome) (all []string) {
	if o.Figure != nil && o.Found != stat.NotExercised {
		all = append(all, foundWords(o))
	}
	if c := o.Pairs; c.CrashedBefore+c.CrashedAfter > 0 {
		all = append(all, fmt.Sprintf("the process crashed in %d of %d trials before and in %d after%s",
			c.CrashedBefore, c.Valid, c.CrashedAfter, lived(o.Crash)))
	}
	if unhelpful(o) {
		all = append(all, "the after arm did not help")
	}
	for _, c := range costs(o) {
		all = append(all, c.says)
	}
	return append(all, unknownCosts(o)...)
}

// foundWords is what was found. Trouble improves and regresses nothing: it makes a figure better or worse.
func foundWords(o Outcome) string {
	switch {
	case o.Within != "" && o.Found == stat.Regressed:
		return "worse in trouble"
	case o.Within != "" && o.Found == stat.Improved:
		return "better in trouble"
	}
	return o.Found.String()
}

// lived says how long the processes lived that crashed: those before, where any did, for that is where a defect is.
func lived(r *summary.Row) string {
	if r == nil {
		return ""
	}
	side := r.Before
	if len(side.Values) == 0 {
		side = r.After
	}
	return fmt.Sprintf(", having lived for %s (median; %s to %s)", units.Format(side.Median, r.Unit),
		units.Format(slices.Min(side.Values), r.Unit),
		units.Format(slices.Max(side.Values), r.Unit))
}
