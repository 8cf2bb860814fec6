// Package article settles what the article says that this project began with, claim by claim: it lists the claims, runs
// the fixes that show them, and leaves what they came to. What no run can show is settled by tests of this package.
//
// The list is in the article's order. Each claim has its places in the article; the outline has all of its parts,
// in our words, and says of those that no claim is about why that is. The figures in it are the article's, and are
// only shown beside those that a run measures. What the article does not say stands apart, as the field's.
package article

import (
	"cmp"
	"fmt"
	"slices"

	"aftershock/harness"
	"aftershock/scenarios/article/claims"
)

// Claims are all claims, in the article's order, and after them those that it does not make. Each of their fixes has the
// scenario in which it is run: the fix's own one without a cluster where it has one, which is cheap and precise, and the
// one in which it matters otherwise.
//
// An unknown fix is an error that names the nearest.
func Claims(r harness.Registry) ([]claims.Claim, error) {
	all := slices.Concat(chapter1, advice1, chapter2, insides2, chapter3, chapter4, maps4, field)
	slices.SortStableFunc(all, inOrder)
	for i := range all {
		var err error
		if all[i].Places, err = placed(all[i].Places); err != nil {
			return nil, fmt.Errorf("claim %q: %w", all[i].Name, err)
		}
		all[i].Fixes = slices.Clone(all[i].Fixes)
		for n, e := range all[i].Fixes {
			f, err := r.Find(e.Fix)
			if err != nil {
				return nil, err
			}
			if e.Scenario == "" {
				all[i].Fixes[n].Scenario = scenarioOf(f)
			}
		}
	}
	return all, nil
}

// inOrder compares claims by their chapter; what the article does not say comes last.
func inOrder(a, b claims.Claim) int { return cmp.Compare(a.Chapter, b.Chapter) }

func scenarioOf(f harness.Fix) string {
	if f.ClusterFree != "" {
		return f.ClusterFree
	}
	return f.Scenario
}

// by are fixes that show a claim by their primary metrics.
func by(fixes ...string) (all []claims.Evidence) {
	for _, name := range fixes {
		all = append(all, claims.Evidence{Fix: name})
	}
	return all
}
