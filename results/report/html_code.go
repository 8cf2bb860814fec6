package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"aftershock/internal/shell"
	"aftershock/results"
	"aftershock/results/report/page"
	"aftershock/results/summary"
)

// codeBlocks show what differs between the arms: the code of the seam where it is ours, or the two programs that the
// scenario brings. It is nothing of an instrument, and of a comparison of phases.
func (t timelines) codeBlocks(f summary.Fix) []page.Block {
	if !f.Repairs() {
		return nil
	}
	if b, ok := targetBlock(t.run); ok {
		return []page.Block{b}
	}
	if t.program.Code == nil {
		return nil
	}
	before, after, ok := t.program.Code(f.Fix)
	if !ok {
		return nil
	}
	b := page.Block{Title: "What was changed", Folded: true}
	if !t.program.made(t.run.Environment) {
		b.Notes = []string{fmt.Sprintf("The run was made by aftershock %s (commit %s), and this page by another "+
			"version (commit %s), whose code may differ: it is not shown.", plain(t.run.Environment.Aftershock),
			plain(shortCommit(t.run.Environment.Commit)), shortCommit(t.program.Commit))}
		return []page.Block{b}
	}
	lines, err := page.Diff(before, after)
	if err != nil || len(lines) == 0 {
		b.Notes = []string{"The two files do not differ."}
		return []page.Block{b}
	}
	b.Notes = []string{"From before.go to after.go in the folder of the fix; all else of the service is the same."}
	if f.Family != "" {
		b.Notes[0] += " Several repairs of this defect stand in after.go: " + plain(f.Summary) + "."
	}
	b.Diff = lines
	return []page.Block{b}
}

// target is what a page shows of a scenario's own program; docs/your-service.md has all of it.
type target struct {
	Before, After struct {
		Command []string          `json:"command"`
		Env     map[string]string `json:"env"`
	}
}

// targetBlock shows the two revisions of a program that the scenario brings; it is false where it brings none.
func targetBlock(run results.Run) (page.Block, bool) {
	var scenario struct {
		Target *target `json:"target"`
	}
	if err := json.Unmarshal(run.Scenario, &scenario); err != nil || scenario.Target == nil {
		return page.Block{}, false
	}
	b := page.Block{
		Title: "What was changed",
		Notes: []string{
			"The service is the scenario's own; run.json holds how each arm was started, and not its code.",
		},
	}
	var texts [2]string
	for i, arm := range []struct {
		command []string
		env     map[string]string
	}{
		{scenario.Target.Before.Command, scenario.Target.Before.Env},
		{scenario.Target.After.Command, scenario.Target.After.Env},
	} {
		all := []string{shell.Join(arm.command...)}
		for _, name := range slices.Sorted(maps.Keys(arm.env)) {
			all = append(all, name+"="+shell.Join(arm.env[name]))
		}
		texts[i] = strings.Join(plainly(all), "\n") + "\n"
	}
	lines, err := page.Diff(texts[0], texts[1])
	if err != nil || len(lines) == 0 {
		b.Notes = append(b.Notes, "Both arms are started alike.")
		b.Pre = strings.TrimSpace(texts[0])
		return b, true
	}
	b.Diff = lines
	return b, true
}
