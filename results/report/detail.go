package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"aftershock/results/stat"
	"aftershock/results/summary"
)

// Detail writes every figure of every fix and phase.
func Detail(w io.Writer, s summary.Summary) error {
	_, err := fmt.Fprintf(w, "Quantiles with fewer than %d operations beyond them in a trial are not shown, such as P99.9 of fewer than %d.\n",
		stat.FewestBeyond, 1000*stat.FewestBeyond)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range s.Fixes {
		lines := []string{"", f.Name + ": medians of the trials, and the change within pairs", "METRIC\tPHASE\tBEFORE -> AFTER\tCHANGE\tBEYOND\tNOTE"}
		for _, r := range f.Rows {
			note := r.Note
			if r.Metric == f.Fix.Primary {
				note = strings.TrimSpace("primary " + note)
			}
			cells := []string{metricName(r.Name), phaseName(r.Metric), sides(r), change(r), beyond(r), note}
			lines = append(lines, strings.Join(cells, "\t"))
		}
		if _, err := fmt.Fprintln(t, strings.Join(lines, "\n")); err != nil {
			return err
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}
