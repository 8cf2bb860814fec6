package report

import (
	"fmt"

	"aftershock/results/claims"
	"aftershock/results/stat"
)

// howToRead explains the words of the page to a reader who has seen no other one.
func howToRead() string {
	return fmt.Sprintf(`- **before** is the defect, or what the article advises; **after** is the repair. Where a piece of the article's advice is
  itself the repair (sync.Map, the isolated lease), it is the after arm. Both arms meet the same plan of load and faults;
  the two trials that share a plan are a pair. Where a row says *against calm, within before*, no repair is asked: the
  arrow goes from calm to trouble, within the trials of that arm.
- **Phases.** *steady*: nothing is wrong. *fault*: while a fault lasts. *trigger*: while the cluster has lost its leader, or the
  context is cancelled, which is when the defect costs something. *recovery*: after the faults. *trial*: all of it. *capacity*
  is measured in two closed-loop windows, *calm* and *trigger*.
- **P99** counts from when an operation was due, so that a stall which delays others counts for all of them; **service P99**
  counts from when the work on it began. **Capacity** is how many batches a second are done when the next one starts as soon
  as one has finished.
- **Change** is after seen from before, with its 95 %% interval; the figures are medians of the trials. "points" are
  percentage points. "no interval" is a single pair. "parametric" is an interval from 2 to 5 pairs: by Student's t, which
  assumes a distribution that so few pairs cannot show to be wrong, and decides nothing; from 6 on it is the signed-rank test's,
  which does not.
- **Correction.** Verdicts by a fix's own main figure are corrected for the fixes of one run (Holm). Those by another figure,
  which a claim names, are corrected for all figures so named in that run and the main ones (Holm as well). Each of the two
  may be wrong one time in twenty in each run by itself: nothing is corrected over all runs of the table.
- **Verdicts**
  - *holds*: the runs, or a test, bear the claim out.
  - *holds under conditions*: it is true for another reason than the one given, or not everywhere; the paragraph says when.
  - *does not hold*: the runs found no difference or the opposite, or a test shows that it is not so.
  - *not on this Go*: it is about what another version of Go does.
  - *undecided*: the runs could not tell, by too few pairs (fewer than %d, or more where several are
    corrected together), a wide interval, or after the correction. It never means that
    the claim is false.
  - Where a name has two meanings the verdict says for which it holds; it counts as one under conditions.
- **Places.** Each claim of the article has its places in it: a chapter, and a paragraph, an item, a row of a table, a block of
  code or a diagram there. What it states is told in our words.
- **The article's figure** is its own, and so is what it is of. Ours stand beside it, of another service on another machine:
  the direction can be compared, and the size cannot.
- A claim of the chapter *%s* is not the article's, and stands in a table of its own: it is what the issue trackers of etcd, gRPC
  and Kubernetes report, or what is true on the same ground.
- What no run can show, such as a function that does not exist, is settled by a test that compiles, calls or looks up the thing,
  or by what another version's source or documentation says.
`, stat.FewestPairs(1), claims.Field)
}
