package claims_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/internal/golden"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
	"aftershock/scenarios/article/claims"
)

// sample is the summary that results/report shows as an example: a fix of each verdict.
func sample(t *testing.T) (s summary.Summary) {
	t.Helper()
	if err := results.ReadJSON("../../../results/report/testdata/summary.json", &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// ratio is a row of eight pairs.
func ratio(name, phase, unit string, before, after, value, low, high float64) summary.Row {
	side := func(v float64) summary.Side { return summary.Side{Median: v, Values: slices.Repeat([]float64{v}, 8)} }
	return summary.Row{
		Metric: results.Metric{Name: name, Phase: phase}, Unit: unit, Scale: stat.Ratio, Before: side(before),
		After: side(after),
		Change: &summary.Change{Value: value, Low: low, High: high, Confidence: 0.95, Pairs: 8, Method: stat.Wilcoxon,
			P: 0.0078125, Adjusted: 0.0123, Correction: stat.BenjaminiYekutieli},
	}
}

// sampleClaims are a claim of each verdict, judged from synthetic summaries.
func sampleClaims(t *testing.T) claims.Table {
	t.Helper()
	whole := sample(t)
	run, fix := whole.Run, func(name string) summary.Fix {
		f, ok := whole.Fix(name)
		if !ok {
			t.Fatalf("no fix %s", name)
		}
		return f
	}
	run.Scenario = []byte(`{"workload":{"series":1000}}`)
	capacity := ratio("capacity", results.CapacityCalm, "1/s", 980, 490, -0.5, -0.52, -0.48)
	capacity.Change.Verdict = stat.Regressed
	advice := summary.Fix{
		Fix: results.Fix{Name: "advice", Primary: capacity.Metric}, Verdict: stat.Regressed, Primary: capacity,
		Pairs: summary.Pairs{Planned: 8, Valid: 8, CrashedBefore: 8},
	}
	advice.Rows = append(advice.Rows, summary.Row{
		Metric: results.Metric{Name: "time_to_crash"}, Unit: "ns", Before: summary.Side{Median: 12e6, Values: []float64{9e6, 12e6, 31e6}}, Note: "no pair has both",
	})
	costly, heap := fix("context-isolation"), ratio("heap_end", "", "bytes", 1<<20, 3<<20, 2, 1.9, 2.1)
	heap.Change.Verdict = stat.Regressed
	costly.Guards, costly.Rows = append(costly.Guards, heap.Metric), append(costly.Rows, heap)
	few := fix("control")
	few.Primary.Change.Pairs, few.Pairs = 2, summary.Pairs{Planned: 2, Valid: 2}
	halved := ratio("capacity", results.CapacityTrigger, "1/s", 2870, 1113, -0.61, -0.65, -0.58)
	halved.Change.Alone = stat.Regressed
	in := func(fixes ...summary.Fix) summary.Summary {
		return summary.Summary{Run: run, Fixes: fixes, Within: []summary.Within{
			{Group: costly.Group, Arm: costly.Arms.Of(results.Before), Rows: []summary.Row{halved}},
		}}
	}
	by := func(fix, scenario string) claims.Evidence { return claims.Evidence{Fix: fix, Scenario: scenario} }
	inTrouble := by("context-isolation", "leader-churn")
	inTrouble.Within, inTrouble.Metric = results.Before, results.Metric{Name: "capacity",
		Phase: results.CapacityTrigger}
	perSecond := by("advice", "shared")
	perSecond.Times, perSecond.Unit = "series", "operations/s"
	needy := by("null", "leader-churn")
	needy.Needs = "err-on-cancelled"
	probes := []claims.Probe{
		{Name: "err-on-cancelled", Says: "Err() takes 3.0 ns on a cancelled context and 3.0 ns on a live one " +
			"with go1.25.0"},
		{Name: "err-share", Says: "Err() has 40.0 % of the CPU time, and 0.0 % once it is detached: -100.0 %",
			Shows: true},
	}
	all := []claims.Claim{
		{Name: "symptom", Chapter: "1", Says: "map writes halve", Article: "throughput -48 %", Fixes: []claims.Evidence{by("context-isolation", "leader-churn")},
			Rule: claims.StandsIf, Truth: "For another reason than the article gives."},
		{Name: "trouble", Chapter: "1", Says: "trouble halves it", Article: claims.NoFigure,
			Fixes: []claims.Evidence{inTrouble}, Rule: claims.Harms},
		{Name: "compiles", Chapter: "1", Says: "`ctx, cancel := f(ctx)` | compiles", Article: claims.NoFigure, Tests: []string{"TestItDoesNotCompile"},
			Settled: claims.Fails, Truth: "It gives one value."},
		{Name: "elsewhere", Chapter: "2.1", Says: "Err() is slow", Article: "-99.2 %", Fixes: []claims.Evidence{needy}, Rule: claims.Stands, Truth: "It was."},
		{Name: "sync-map", Chapter: "4.2", Says: "sync.Map does more", Article: "1240k against 980k operations/s",
			Fixes: []claims.Evidence{perSecond}, Rule: claims.Stands, Truth: "It depends on the cores."},
		{Name: "few", Chapter: "4.3", Says: "too few to tell", Article: claims.NoFigure, Fixes: []claims.Evidence{by("control", "leader-churn")}, Rule: claims.Stands,
			Truth: "It is not known."},
		{Name: "idle", Chapter: "4.3", Says: "never met", Article: claims.NoFigure, Fixes: []claims.Evidence{by("idle-fix", "leader-churn")}, Rule: claims.Stands},
		{Name: "missing", Chapter: claims.Field, Says: "was not run", Article: claims.NoFigure, Fixes: []claims.Evidence{by("x", "absent")}, Rule: claims.Stands},
		{Name: "both", Chapter: claims.Field, Says: "holds in one and not in the other", Article: claims.NoFigure, Rule: claims.Stands,
			Fixes: []claims.Evidence{by("context-isolation", "leader-churn"), by("advice", "shared")}, Truth: "As said."},
	}
	all = slices.Insert(all, 3, settledOtherwise()...)
	rows := claims.Judge(all, claims.Runs{
		Summaries: map[string]summary.Summary{
			"leader-churn": in(costly, fix("null"), few, fix("idle-fix")), "shared": in(advice),
		},
		Missing: map[string]string{"absent": "boot: no quorum"}, Probes: probes,
	})
	return claims.Table{
		Schema: claims.Schema, Started: run.Started, Took: 42*time.Minute + 7*time.Second, Seed: 7, Probes: probes, Rows: rows,
		Command: []string{"aftershock", "article", "run", "--seed", "7"}, Environment: run.Environment,
		Parts: []claims.PartState{
			{Part: claims.Part{Name: "01-shared", Scenario: "shared", Fixes: []string{"advice"}, Pairs: 8, Takes: time.Minute}, Folder: "runs/01-shared/x", Whole: true},
			{Part: claims.Part{Name: "02-leader-churn", Scenario: "leader-churn", Fixes: []string{"context-isolation", "null"}, Pairs: 8, Takes: time.Minute},
				Folder: "runs/02-leader-churn/x", Whole: true},
			{Part: claims.Part{Name: "03-absent", Scenario: "absent", Fixes: []string{"x"}, Pairs: 6, Failed: "boot: no quorum"}, Why: "boot: no quorum"},
		},
	}
}

// settledOtherwise are claims that neither fixes nor tests alone settle.
func settledOtherwise() []claims.Claim {
	at := func(place, states string) []claims.Place { return []claims.Place{{At: place, States: states}} }
	return []claims.Claim{
		{Name: "share", Chapter: "1", Places: at("1, paragraph 4", "the share of Err() fell by 99.2 %"),
			Says: "Err() is gone", Article: "share -99.2 %",
			Of:    &claims.Quantity{What: "share of Err()", When: "without -> with the repair", By: "its own"},
			Probe: "err-share", Truth: "It is."},
		{Name: "log", Chapter: "1", Places: at("1, table 1, row 2", "log.WithContext"),
			Says: "log.WithContext is there", Article: claims.NoFigure,
			Meanings: []claims.Meaning{{Of: "one log", Verdict: claims.Holds, Tests: []string{"TestOne"}},
				{Of: "two others", Verdict: claims.Fails,
					Tests: []string{"TestItDoesNotCompile"}}}, Truth: "It depends.", Changed: "a name has two meanings"},
		{Name: "looked-up", Chapter: "2.1", Places: at("2.1, item 2", "first here, then there"),
			Says: "a read looks here first", Article: claims.NoFigure,
			Sources: []string{"src/runtime/map.go up to Go 1.23"}, Settled: claims.NotHere, Truth: "It was so."},
	}
}

// publication knows the file of one fix and of one test, and a headline that is not in the table.
func publication() claims.Publication {
	file := func(known, path string) func(string) string {
		return func(name string) string {
			if name == known {
				return path
			}
			return ""
		}
	}
	return claims.Publication{
		Title: "An article, claim by claim", About: "An author wrote it, and aftershock measured it.",
		Headlines: []string{"symptom", "gone", "missing"}, FixFile: file("context-isolation", "fixes/context-isolation/doc.go"),
		TestFile: file("TestItDoesNotCompile", "tests/compiled_test.go"),
		Sizes: []claims.Size{{Chapter: "1",
			Parts: map[string]int{"title": 1, "paragraph": 4, "row": 3,
				"code": 1}}, {Chapter: "5", Parts: map[string]int{"item": 2}}},
		Silent: []claims.Silent{{Place: claims.Place{At: "5, item 1", States: "a | plan"}, Why: "it is one"}},
		First: []claims.Published{
			{Name: "symptom", Chapter: "1", Says: "map writes halve", Verdict: claims.Conditional},
			{Name: "log", Chapter: "1", Says: "log.WithContext is there", Verdict: claims.Fails},
			{Name: "few", Chapter: "4.3", Says: "too few to tell", Verdict: claims.Holds},
			{Name: "sync-map", Chapter: "4.2", Says: "sync.Map does more", Verdict: claims.Holds},
			{Name: "both", Chapter: "2.2", Says: "holds in one", Verdict: claims.Conditional},
			{Name: "was-there", Chapter: "2.1", Says: "presizing", Verdict: claims.Holds, Gone: "it is not claimed"},
		},
		Objections: []string{"It is -> another service."},
	}
}

func TestClaims(t *testing.T) {
	var terminal, page bytes.Buffer
	table := sampleClaims(t)
	if err := claims.Terminal(&terminal, table, "results/runs/x"); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/claims.txt", terminal.Bytes())
	if err := claims.Page(&page, table, publication()); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/claims.md", page.Bytes())
	text, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/claims.json", append(text, '\n')) // which the test of the schemas reads
}

func TestAQuickRunSaysThatItDecidesNothing(t *testing.T) {
	table := sampleClaims(t)
	table.Quick = true
	var terminal, page bytes.Buffer
	if err := claims.Terminal(&terminal, table, "x"); err != nil {
		t.Fatal(err)
	}
	if err := claims.Page(&page, table, publication()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(terminal.String(), "too few pairs for a verdict by runs") || !strings.Contains(page.String(), "This was a quick run") {
		t.Errorf("it does not say so:\n%s\n%s", &terminal, &page)
	}
}

// rendered is what a terminal and a page show of a table.
func rendered(t *testing.T, table claims.Table) (terminal, page string) {
	t.Helper()
	var a, b bytes.Buffer
	if err := claims.Terminal(&a, table, "x"); err != nil {
		t.Fatal(err)
	}
	if err := claims.Page(&b, table, claims.Publication{}); err != nil {
		t.Fatal(err)
	}
	return a.String(), b.String()
}

// A truth that was written for another verdict would contradict the one beside it.
func TestATruthForAnotherVerdictIsShownAsExpected(t *testing.T) {
	for name, c := range map[string]struct {
		verdict, expected claims.Verdict
		want              string
	}{
		"as expected": {claims.Fails, claims.Fails, "**does not hold**. It is slow."},
		"against it": {claims.Holds, claims.Fails, "**holds**. Expected before the runs: does not " +
			"hold. It is slow. This run speaks against it."},
		"partly": {claims.Conditional, claims.Holds, "Expected before the runs: holds. It is " +
			"slow. This run bears it out only in part."},
		"no expectation":         {claims.Fails, claims.Undecided, "**does not hold**. It is slow."},
		"another Go":             {claims.NotHere, claims.Holds, "**not on this Go**. It is slow."},
		"nothing is known":       {claims.Undecided, claims.Holds, "**undecided**.\n"},
		"an interrupted run too": {claims.Fails, claims.Fails, "**does not hold** (from a partial run). It is slow."},
	} {
		row := claims.Row{
			Claim: claims.Claim{Name: "c", Chapter: "1", Says: "it is fast", Article: claims.NoFigure, Truth: "It is slow."}, Verdict: c.verdict,
			Expected: c.expected, Partial: name == "an interrupted run too",
		}
		terminal, page := rendered(t, claims.Table{Rows: []claims.Row{row}})
		if !strings.Contains(page, c.want) {
			t.Errorf("%s: the page lacks %q:\n%s", name, c.want, page)
		}
		if strings.Contains(terminal, "Expected") != strings.Contains(c.want, "Expected") {
			t.Errorf("%s:\n%s", name, terminal)
		}
	}
}

// A list of what did not help has nothing of what could not be told, and says so where it is empty.
func TestWhatCouldNotBeToldIsNotListedAsUseless(t *testing.T) {
	p99 := results.Metric{Name: "p99", Phase: results.Steady}
	worse := ratio("heap_end", "", "bytes", 1<<20, 3<<20, 2, 1.9, 2.1)
	note := summary.Row{Metric: results.Metric{Name: "gap", Phase: results.InFault}, Note: "a trial's quantile reached the operation time-out"}
	outcome := claims.Outcome{Evidence: claims.Evidence{Fix: "f", Scenario: "s", Metric: p99}, Factor: 1, Found: stat.NoDifference,
		Why: "2 pairs are too few", Unknown: []summary.Row{note}}
	claim := claims.Claim{Name: "c", Chapter: "1", Says: "f helps", Article: claims.NoFigure, Fixes: []claims.Evidence{outcome.Evidence}}
	table := claims.Table{Rows: []claims.Row{{Claim: claim, Outcomes: []claims.Outcome{outcome}}}}
	terminal, page := rendered(t, table)
	for _, text := range []string{terminal, page} {
		if strings.Contains(text, "did not help\n") || strings.Contains(text, "worse by its guard") ||
			!strings.Contains(text, "No run found one; 1 claim is undecided.") {
			t.Errorf("two pairs have told something:\n%s", text)
		}
	}
	if !strings.Contains(page, "- 2 pairs are too few: f in s\n") {
		t.Errorf("nothing could not be told:\n%s", page)
	}
	table.Rows[0].Verdict, table.Rows[0].Outcomes[0].Verdict, table.Rows[0].Outcomes[0].Worse = claims.Fails, claims.Fails, []summary.Row{worse}
	paid := ratio("heap_peak", "", "bytes", 1<<20, 2<<20, 1, 0.9, 1.1)
	paid.Change.Alone = stat.Regressed
	table.Rows[0].Outcomes[0].Price = results.Price{Metric: paid.Metric, Says: "one batch more"}
	table.Rows[0].Outcomes[0].Paid = &paid
	terminal, page = rendered(t, table)
	if !strings.Contains(page, "| heap peak (trial)<br>1 MiB → 2 MiB | ") {
		t.Errorf("the price is not in the table:\n%s", page)
	}
	for _, want := range []string{"f in s: no difference", "f in s: paid with heap peak (trial)", "(one batch more)",
		"worse by its guard heap end (trial)", "its guard gap (fault) could not be compared",
	} {
		if !strings.Contains(terminal, want) || !strings.Contains(page, want) {
			t.Errorf("%q is missing:\n%s%s", want, terminal, page)
		}
	}
}

// Crashes are counted: a median says nothing of how many there were.
func TestCrashesAreCounted(t *testing.T) {
	crashed := summary.Row{Metric: results.Metric{Name: "crashed"}, Unit: "count", Scale: stat.Difference,
		Before: summary.Side{Median: 1, Values: []float64{1, 1, 0}}, After: summary.Side{Values: []float64{0, 0, 0}}, Note: "not enough"}
	o := claims.Outcome{Evidence: claims.Evidence{Fix: "f", Scenario: "s", Metric: crashed.Metric}, Figure: &crashed, Factor: 1}
	terminal, page := rendered(t, claims.Table{Rows: []claims.Row{{Claim: claims.Claim{Chapter: "1"}, Outcomes: []claims.Outcome{o}}}})
	if !strings.Contains(terminal, "in 2 of 3 trials -> in 0 of 3") || !strings.Contains(page, "in 2 of 3 trials → in 0 of 3") {
		t.Errorf("%s%s", terminal, page)
	}
}
