package trends

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"aftershock/results/report"
	"aftershock/results/trend"
)

// Markdown writes a history for a chat or an issue.
func Markdown(w io.Writer, in Input) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## History of %s\n\n%s\n", report.Whole(in.Folder), summed(in.Trend))
	notes(&b, in)
	b.WriteString("\n")
	table(&b, rows(in.Trend))
	changes(&b, in.Trend)
	_, err := io.WriteString(w, b.String())
	return err
}

// Night writes the last night for the summary of a CI job: its answers, then what is known of earlier ones.
func Night(w io.Writer, in Input) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## Nightly: %s\n", Verdict(in.Trend))
	notes(&b, in)
	b.WriteString("\n")
	all := [][]string{{"figure", "baseline -> candidate", "change [95 %]", "again", "pairs", "outcome", "why"}}
	for _, a := range in.Trend.Answers {
		again := "-"
		if a.Confirming != nil {
			again = a.Confirming.Shown()
		}
		all = append(all, []string{
			title(a.Key), a.Figure.Medians(), a.Figure.Shown(), again, strconv.Itoa(a.Figure.N), string(a.Outcome),
			a.Why,
		})
	}
	table(&b, all)
	changes(&b, in.Trend)
	_, err := io.WriteString(w, b.String())
	return err
}

// Verdict is the last night in a few words.
func Verdict(t trend.Trend) string {
	count := map[trend.Outcome]int{}
	for _, a := range t.Answers {
		count[a.Outcome]++
	}
	var parts []string
	for _, o := range []trend.Outcome{
		trend.Regressed, trend.Unconfirmed, trend.Invalid, trend.Underpowered, trend.Improved, trend.Dismissed,
		trend.Small, trend.Quiet,
	} {
		if count[o] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[o], o))
		}
	}
	if len(parts) == 0 {
		return "nothing was measured"
	}
	return strings.Join(parts, ", ")
}

func notes(b *strings.Builder, in Input) {
	for _, text := range alarms(in.Trend) {
		fmt.Fprintf(b, "\n- **%s**", report.Whole(text))
	}
	for _, text := range warnings(in) {
		fmt.Fprintf(b, "\n- %s", report.Whole(text))
	}
	if len(alarms(in.Trend))+len(warnings(in)) > 0 {
		b.WriteString("\n")
	}
}

func table(b *strings.Builder, rows [][]string) {
	for i, cells := range rows {
		for _, cell := range cells {
			if i == 0 {
				cell = strings.ToLower(cell)
			}
			fmt.Fprintf(b, "| %s ", report.Whole(cell))
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(cells)) + "|\n")
		}
	}
}

func changes(b *strings.Builder, t trend.Trend) {
	head := "\nSince when:\n\n"
	for _, s := range t.Series {
		for _, c := range s.Changes {
			fmt.Fprintf(b, "%s- %s: %s %s\n", head, report.Whole(title(s.Key)), report.Whole(level(c, s)),
				report.Whole(span(c, s)))
			head = ""
		}
	}
}
