package report_test

import (
	"fmt"
	"strings"
	"testing"

	"aftershock/results/gate"
	"aftershock/results/report"
	"aftershock/results/summary"
)

const mebibyte = 1 << 20

// GitHub refuses a page above 1 MiB as a whole.
func TestMarkdownStaysSmall(t *testing.T) {
	long := strings.Repeat("&|<", 1<<18)
	for name, grow := range map[string]func(*report.Input){
		"fixes": func(in *report.Input) {
			for range 4_000 {
				in.Summary.Fixes = append(in.Summary.Fixes, in.Summary.Fixes[0])
			}
		},
		"warnings": func(in *report.Input) {
			for i := range 10_000 {
				in.Summary.Warnings = append(in.Summary.Warnings, summary.Warning{What: fmt.Sprint("warning ", i), Remedy: "none"})
			}
		},
		"damage": func(in *report.Input) {
			for i := range 10_000 {
				in.Summary.Damaged = append(in.Summary.Damaged, summary.Damage{File: fmt.Sprint("file ", i), What: "is missing"})
			}
		},
		"answers": func(in *report.Input) {
			for i := range 10_000 {
				in.Decision.Answers = append(in.Decision.Answers, gate.Answer{Name: fmt.Sprint("rule ", i), Why: "why"})
				in.Decision.Notes = append(in.Decision.Notes, fmt.Sprint("note ", i))
			}
		},
		"texts": func(in *report.Input) {
			in.Summary.Run.Name, in.Summary.Run.Environment.CPU, in.Decision.Policy = long, long, long
			in.Summary.Fixes[0].Name, in.Summary.Fixes[0].Why = long, long
			in.Summary.Warnings[0].What, in.Decision.Answers[0].Why = long, long
		},
	} {
		in := input()
		grow(&in)
		text := written(t, "md", in)
		if len(text) >= mebibyte {
			t.Errorf("%s: %d bytes", name, len(text))
		}
		if cut := strings.Contains(text, "more are left out"); cut != (name != "texts") {
			t.Errorf("%s: says that rows are left out: %v", name, cut)
		}
		// What is cut in one section takes nothing from the next.
		if !strings.Contains(text, "the run is partial") && name != "texts" || !strings.Contains(text, "| improved |") && name != "texts" {
			t.Errorf("%s: a section is missing", name)
		}
	}
}

func TestMarkdownSaysHowManyAreCut(t *testing.T) {
	in := input()
	in.Summary.Warnings = nil
	for range 30_000 {
		in.Summary.Warnings = append(in.Summary.Warnings, summary.Warning{What: "ten bytes."})
	}
	text := written(t, "md", in)
	shown := strings.Count(text, "ten bytes.")
	if want := fmt.Sprintf("\n%d more are left out", 30_000-shown); shown == 0 || !strings.Contains(text, want) {
		t.Errorf("%d of 30000 shown, and no %q", shown, want)
	}
}

// Nothing that a name holds starts a column, a row, a tag or a heading.
func TestMarkdownEscapes(t *testing.T) {
	in := input()
	in.Summary.Fixes = in.Summary.Fixes[:1]
	in.Summary.Fixes[0].Name = "a|b\n| c | <b>*x*</b> `y` \\| [z](u) # &amp;\x1b[31m"
	text := written(t, "md", in)
	want := `| a\|b \| c \| &lt;b&gt;\*x\*&lt;/b&gt; \` + "`y\\`" + ` \\\| \[z\](u) \# &amp;amp; \[31m | improved |`
	if !strings.Contains(text, want) {
		t.Errorf("no %s in\n%s", want, text)
	}
}

func TestMarkdownWithoutADecision(t *testing.T) {
	in := input()
	in.Decision = gate.Decision{}
	if text := written(t, "md", in); strings.Contains(text, "Gate") || !strings.Contains(text, "### Verdicts") {
		t.Errorf("got\n%s", text)
	}
}
