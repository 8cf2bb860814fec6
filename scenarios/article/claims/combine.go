package claims

import (
	"fmt"
	"slices"
	"strings"
)

// combine gives a claim's verdict from those of its fixes. One that could not be told leaves the claim undecided,
// whatever the others say: what is not known is not taken for success. Fixes that are not about this Go are left
// out, unless there is no other. Where the rest do not agree the claim holds under conditions, and why says where
// it does.
func combine(all []Outcome) (Verdict, string) {
	here := slices.DeleteFunc(slices.Clone(all), func(o Outcome) bool { return o.Verdict == NotHere })
	if len(here) == 0 {
		return NotHere, all[0].Why
	}
	by := map[Verdict][]string{}
	for _, o := range here {
		by[o.Verdict] = append(by[o.Verdict], o.Label(here))
	}
	switch {
	case len(by[Undecided]) > 0:
		return Undecided, undecided(here, len(all) > 1)
	case len(by) == 1:
		return here[0].Verdict, ""
	}
	var sides []string
	for _, v := range []Verdict{Holds, Conditional, Fails} {
		if len(by[v]) > 0 {
			sides = append(sides, fmt.Sprintf("%s by %s", v, strings.Join(by[v], ", ")))
		}
	}
	return Conditional, strings.Join(sides, "; ")
}

// Label names an outcome among those of its claim: by its scenario where a fix is run in several.
func (o Outcome) Label(all []Outcome) string {
	for _, other := range all {
		if other.Fix == o.Fix && other.Scenario != o.Scenario {
			return o.Fix + " in " + o.Scenario + o.in()
		}
	}
	return o.Fix + o.in()
}

// undecided says why, once for fixes that have the same reason.
func undecided(all []Outcome, several bool) string {
	var reasons []string
	names := map[string][]string{}
	for _, o := range all {
		if o.Verdict != Undecided {
			continue
		}
		if names[o.Why] == nil {
			reasons = append(reasons, o.Why)
		}
		names[o.Why] = append(names[o.Why], o.Label(all))
	}
	for i, why := range reasons {
		if several {
			reasons[i] = strings.Join(names[why], ", ") + ": " + why
		}
	}
	return strings.Join(reasons, "; ")
}
