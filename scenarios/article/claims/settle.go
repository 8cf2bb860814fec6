package claims

import (
	"fmt"
	"strings"
)

// byMeaning is the verdict on a claim whose name has several meanings: the one that all have, and otherwise that it
// holds under conditions, with the meanings on either side.
func byMeaning(all []Meaning) (Verdict, string) {
	by := map[Verdict][]string{}
	for _, m := range all {
		by[m.Verdict] = append(by[m.Verdict], m.Of)
	}
	if len(by) == 1 {
		return all[0].Verdict, ""
	}
	var sides []string
	for v := range Verdict(len(verdictNames)) {
		if len(by[v]) > 0 {
			sides = append(sides, fmt.Sprintf("%s for %s", v, listed(by[v])))
		}
	}
	return Conditional, strings.Join(sides, "; ")
}

func listed(names []string) string {
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return strings.Join(names, "")
}

// byProbe is the verdict on a claim that a probe settles. A suite that did not probe settles nothing.
func byProbe(all []Probe, name string) (Verdict, string) {
	p, known := probe(all, name)
	switch {
	case !known:
		return Undecided, "the suite has not probed " + name
	case p.Failed:
		return Undecided, p.Says
	case p.Shows:
		return Holds, p.Says
	}
	return Fails, p.Says
}
