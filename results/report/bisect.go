package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/bisect"
	"aftershock/results/stat"
)

// Bisect writes what a bisect found, or which range remains, and its steps, as Markdown. Why says why it has ended
// without an answer; it is not used where there is one.
func Bisect(w io.Writer, l bisect.Log, why string) error {
	s := l.State()
	var page strings.Builder
	fmt.Fprintf(&page, "### aftershock bisect: %s\n\n%s of %s, from %s to %s: %s.\n", BisectAnswer(l, why),
		escaped(metricName(l.Figure.Name)+" "+phaseName(l.Figure)), escaped(l.Fix), escaped(l.Good), escaped(l.Bad),
		units.Count(len(l.Revisions)-1, "revision"))
	if len(l.Steps) == 0 {
		_, err := io.WriteString(w, page.String())
		return err
	}
	if r := s.Remaining(); s.Changed() {
		page.WriteString("\n| Revision | Probability | Subject |\n|---|---|---|\n")
		for k := r.First; k <= r.Last && k < r.First+mostRevisions; k++ {
			page.WriteString(tableRow(revision(l, k), chance(s.Probability[k]), l.Revisions[k].Subject))
		}
		if left := r.Last - r.First + 1 - mostRevisions; left > 0 {
			fmt.Fprintf(&page, "\n%s more in this range.\n", units.Count(left, "revision"))
		}
		fmt.Fprintf(&page, "\nAnother revision, or none: %s.\n", chance(1-r.Probability))
	}
	page.WriteString("\n| Step | Revision | Change from " + escaped(l.Good) + " [95 %] | Pairs | Likeliest then |\n" +
		"|---|---|---|---|---|\n")
	for i, step := range l.Steps {
		then := l
		then.Steps = l.Steps[:i+1]
		says, pairs := string(step.Outcome)+": "+step.Why, "-"
		if m := step.Measured; m != nil {
			says, pairs = deviation(l, *m), strconv.Itoa(m.Pairs)
		}
		page.WriteString(tableRow(strconv.Itoa(i+1), revision(l, step.Revision), says, pairs, likeliest(then)))
	}
	fmt.Fprintf(&page, "\nThe probabilities take for granted that one revision changed the figure, or none "+
		"(docs/bisect.md).\n")
	_, err := io.WriteString(w, page.String())
	return err
}

// mostRevisions is how many revisions of a range are listed.
const mostRevisions = 20

// BisectAnswer is the answer in one sentence; without one, why.
func BisectAnswer(l bisect.Log, why string) string {
	s := l.State()
	switch s.Ending() {
	case bisect.Found:
		r := s.Likeliest()
		change := size(l, s)
		if r.First == r.Last {
			return fmt.Sprintf("%s changed it by %s, probability %s", revision(l, r.First), change,
				chance(r.Probability))
		}
		return fmt.Sprintf("one of %d revisions that cannot be told apart, %s to %s, changed it by %s, "+
			"probability %s", r.Last-r.First+1, revision(l, r.First), revision(l, r.Last), change,
			chance(r.Probability))
	case bisect.NoChange:
		return "no revision changed it, probability " + chance(s.Probability[0])
	case bisect.Unproven:
		return unproven(l)
	case bisect.Open:
	}
	if !s.Changed() {
		return why
	}
	r := s.Remaining()
	return fmt.Sprintf("%s; %s remain, %s to %s, probability %s", why,
		units.Count(r.Last-r.First+1, "revision"), revision(l, r.First), revision(l, r.Last),
		chance(r.Probability))
}

// unproven says that BAD could not be told from GOOD.
func unproven(l bisect.Log) string {
	last := l.Steps[len(l.Steps)-1]
	if last.Outcome == bisect.Same {
		return escaped(l.Bad) + " and " + escaped(l.Good) + " are built to the same bytes"
	}
	return fmt.Sprintf("%s could not be told from %s in %s", escaped(l.Bad), escaped(l.Good),
		units.Count(len(l.Steps), "step"))
}

// size is the expected change with its 95 % interval.
func size(l bisect.Log, s bisect.State) string {
	return deviation(l, bisect.Measurement{Value: s.Size, Error: s.Error})
}

// deviation is a difference with its 95 % interval, as reports show changes.
func deviation(l bisect.Log, m bisect.Measurement) string {
	low, high := m.Interval()
	return units.Interval(l.Scale.Change(m.Value), l.Scale.Change(low), l.Scale.Change(high), l.Unit,
		l.Scale == stat.Ratio)
}

// likeliest is the likeliest culprit after so many steps.
func likeliest(l bisect.Log) string {
	s := l.State()
	r := s.Likeliest()
	if s.Probability[0] >= r.Probability {
		return "none, " + chance(s.Probability[0])
	}
	return revision(l, r.Last) + ", " + chance(r.Probability)
}

// BisectStep says in a line what a bisect's last step has shown.
func BisectStep(l bisect.Log) string {
	step := l.Steps[len(l.Steps)-1]
	says := string(step.Outcome) + ": " + step.Why
	if step.Measured != nil {
		says = deviation(l, *step.Measured)
	}
	return fmt.Sprintf("step %d, %s: %s; likeliest: %s", len(l.Steps), revision(l, step.Revision), plain(says),
		likeliest(l))
}

// revision is a revision's commit, shortened.
func revision(l bisect.Log, number int) string { return shortCommit(l.Revisions[number].Commit) }

// chance is a probability as a share. It never says that something is certain.
func chance(p float64) string {
	switch {
	case p > 0.999:
		return "above 99.9 %"
	case p < 0.001:
		return "below 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*p)
}
