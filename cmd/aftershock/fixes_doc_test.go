package main

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"aftershock/internal/golden"
	"aftershock/scenarios/fixes"
)

// docs/fixes.md holds what the program knows of its fixes; -update writes it.
func TestFixesInTheDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Fixes

Each fix is a defect of the collector and its repair, and each folder a lesson: ` + "`doc.go`" + ` says what is wrong and why, ` + "`before.go`" + ` and
` + "`after.go`" + ` differ in one seam. Several repairs of one defect are a family: ` + "`--fix safe-map`" + ` runs all of it. A fix is judged in
the scenario in which it matters, by one figure named before the run, and pays its price in another. ` + "`go test ./cmd/aftershock -run Docs -update`" + `
writes this page.

| fix | defect -> repair | scenario | judged by | price |
|---|---|---|---|---|
`)
	for _, f := range fixes.Registry().Fixes {
		price := "-"
		if f.Price.Stated() {
			price = fmt.Sprintf("%s: %s", f.Price, f.Price.Says)
		}
		judged := f.Primary.String()
		if f.Against != "" {
			judged = "what the scenario asks, against " + f.Against
		}
		file := "doc.go"
		if !f.Repairs() {
			file = "fix.go"
		}
		fmt.Fprintf(&b, "| [%s](../scenarios/fixes/%s/%s) | %s | `%s` | %s | %s |\n", f.Name,
			cmp.Or(f.Family, f.Name), file,
			strings.ReplaceAll(f.Summary, "|", `\|`), f.Scenario, judged, strings.ReplaceAll(price, "|", `\|`))
	}
	golden.Compare(t, "../../docs/fixes.md", []byte(b.String()))
}
