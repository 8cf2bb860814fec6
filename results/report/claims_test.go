package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"aftershock/internal/golden"
	"aftershock/results"
	"aftershock/results/claims"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// sampleClaims are a claim of each verdict, judged from synthetic summaries.
func sampleClaims() claims.Table {
	run := sampleRun()
	run.Scenario = []byte(`{"workload":{"series":1000}}`)
	capacity := ratio("capacity", results.CapacityCalm, "1/s", 980, 490, within(-0.5, -0.52, -0.48))
	capacity.Change.Verdict = stat.Regressed
	advice := summary.Fix{
		Fix: results.Fix{Name: "advice", Primary: capacity.Metric}, Verdict: stat.Regressed, Primary: capacity,
		Pairs: summary.Pairs{Planned: 8, Valid: 8, CrashedBefore: 8},
	}
	costly, heap := improved(), ratio("heap_end", "", "bytes", 1<<20, 3<<20, within(2, 1.9, 2.1))
	heap.Change.Verdict = stat.Regressed
	costly.Guards, costly.Rows = append(costly.Guards, heap.Metric), append(costly.Rows, heap)
	few := undecided()
	few.Primary.Change.Pairs, few.Pairs = 2, summary.Pairs{Planned: 2, Valid: 2}
	in := func(fixes ...summary.Fix) summary.Summary {
		return summary.Summary{Run: run, Fixes: fixes}
	}
	by := func(fix, scenario string) claims.Evidence { return claims.Evidence{Fix: fix, Scenario: scenario} }
	perSecond := by("advice", "shared")
	perSecond.Times, perSecond.Unit = "series", "operations/s"
	needy := by("null", "leader-churn")
	needy.Needs = "err-on-cancelled"
	probes := []claims.Probe{{Name: "err-on-cancelled", Says: "Err() takes 3.0 ns on a cancelled context and 3.0 ns on a live one with go1.25.0"}}
	all := []claims.Claim{
		{Name: "symptom", Chapter: "1", Says: "map writes halve", Article: "throughput -48 %", Fixes: []claims.Evidence{by("context-isolation", "leader-churn")},
			Rule: claims.StandsIf, Truth: "For another reason than the article gives."},
		{Name: "compiles", Chapter: "1", Says: "`ctx, cancel := f(ctx)` | compiles", Article: claims.NoFigure, Tests: []string{"TestItDoesNotCompile"},
			Settled: claims.Fails, Truth: "It gives one value."},
		{Name: "elsewhere", Chapter: "2.1", Says: "Err() is slow", Article: "-99.2 %", Fixes: []claims.Evidence{needy}, Rule: claims.Stands, Truth: "It was."},
		{Name: "sync-map", Chapter: "4.2", Says: "sync.Map does more", Article: "1240k against 980k operations/s",
			Fixes: []claims.Evidence{perSecond}, Rule: claims.Stands, Truth: "It depends on the cores."},
		{Name: "few", Chapter: "4.3", Says: "too few to tell", Article: claims.NoFigure, Fixes: []claims.Evidence{by("control", "leader-churn")}, Rule: claims.Stands,
			Truth: "Nobody knows."},
		{Name: "idle", Chapter: "4.3", Says: "never met", Article: claims.NoFigure, Fixes: []claims.Evidence{by("idle-fix", "leader-churn")}, Rule: claims.Stands},
		{Name: "missing", Chapter: claims.Field, Says: "was not run", Article: claims.NoFigure, Fixes: []claims.Evidence{by("x", "absent")}, Rule: claims.Stands},
		{Name: "both", Chapter: claims.Field, Says: "holds in one and not in the other", Article: claims.NoFigure, Rule: claims.Stands,
			Fixes: []claims.Evidence{by("context-isolation", "leader-churn"), by("advice", "shared")}, Truth: "As said."},
	}
	rows := claims.Judge(all, claims.Runs{
		Summaries: map[string]summary.Summary{
			"leader-churn": in(costly, same(), few, notExercised()), "shared": in(advice),
		},
		Missing: map[string]string{"absent": "boot: no quorum"}, Probes: probes,
	})
	return claims.Table{
		Schema: claims.Schema, Started: run.Started, Took: 42*time.Minute + 7*time.Second, Seed: 7, Probes: probes, Rows: rows,
		Command: []string{"aftershock", "run", "article", "--seed", "7"}, Environment: environment(),
		Parts: []claims.PartState{
			{Part: claims.Part{Name: "01-shared", Scenario: "shared", Fixes: []string{"advice"}, Pairs: 8, Takes: time.Minute}, Folder: "runs/01-shared/x", Whole: true},
			{Part: claims.Part{Name: "02-leader-churn", Scenario: "leader-churn", Fixes: []string{"context-isolation", "null"}, Pairs: 8, Takes: time.Minute},
				Folder: "runs/02-leader-churn/x", Whole: true},
			{Part: claims.Part{Name: "03-absent", Scenario: "absent", Fixes: []string{"x"}, Pairs: 6, Failed: "boot: no quorum"}, Why: "boot: no quorum"},
		},
	}
}

func TestClaims(t *testing.T) {
	var terminal, page bytes.Buffer
	table := sampleClaims()
	if err := report.Claims(&terminal, table, "results/runs/x"); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/claims.txt", terminal.Bytes())
	if err := report.ClaimsPage(&page, table); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/claims.md", page.Bytes())
}

func TestAQuickRunSaysThatItDecidesNothing(t *testing.T) {
	table := sampleClaims()
	table.Quick = true
	var terminal, page bytes.Buffer
	if err := report.Claims(&terminal, table, "x"); err != nil {
		t.Fatal(err)
	}
	if err := report.ClaimsPage(&page, table); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(terminal.String(), "too few pairs for any verdict") || !strings.Contains(page.String(), "This was a quick run") {
		t.Errorf("it does not say so:\n%s\n%s", &terminal, &page)
	}
}
