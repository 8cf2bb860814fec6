package dashboards

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/model/timestamp"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
)

// asked runs an expression over the whole of a run, in steps of a second, and gives its series.
type asked func(t testing.TB, expr string) []series

type series struct {
	labels map[string]string
	values []float64
}

// data tells whether an answer has a value.
func data(all []series) bool {
	for _, s := range all {
		for _, v := range s.values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				return true
			}
		}
	}
	return false
}

var promql = parser.NewParser(parser.Options{})

// alerts are the expressions of the rules.
func alerts(t testing.TB) (all []query) {
	t.Helper()
	groups, problems := rulefmt.ParseFile("../prometheus/alerts.yml", false, model.UTF8Validation, promql, nil)
	for _, err := range problems {
		t.Fatal(err)
	}
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			all = append(all, query{r.Alert, r.Expr})
		}
	}
	return all
}

// selectors are those of an expression, without their ranges.
func selectors(t testing.TB, expr string) (all []*parser.VectorSelector) {
	t.Helper()
	parsed, err := promql.ParseExpr(expr)
	must(t, err)
	parser.Inspect(parsed, func(n parser.Node, _ []parser.Node) error {
		if s, is := n.(*parser.VectorSelector); is {
			all = append(all, s)
		}
		return nil
	})
	return all
}

// wanted are the queries that have to have data in a run: all of the dashboard, and of alerts, which a good run does
// not raise, what they select.
func wanted(t testing.TB, ask asked) []query {
	t.Helper()
	all := load(t).queries(t, ask)
	for _, a := range alerts(t) {
		ask(t, a.expr)
		for _, s := range selectors(t, a.expr) {
			all = append(all, query{a.where, s.String()})
		}
	}
	return all
}

// recorded is a run that Debian's Prometheus scraped, in the language of PromQL's own tests:
//
//	go test -run TestALiveRun -record .
const recorded = "testdata/watched.promql"

// recording asks Prometheus's own engine about it.
func recording(t testing.TB) asked {
	t.Helper()
	text, err := os.ReadFile(recorded)
	must(t, err)
	storage := promqltest.LoadedStorage(t, string(text))
	t.Cleanup(func() { must(t, storage.Close()) })
	engine := promqltest.NewTestEngine(t, false, 0, 1<<20)
	end := timestamp.Time(storage.Head().MaxTime())
	return func(t testing.TB, expr string) (all []series) {
		t.Helper()
		q, err := engine.NewRangeQuery(t.Context(), storage, nil, expr, timestamp.Time(0), end, time.Second)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		defer q.Close()
		matrix, err := q.Exec(t.Context()).Matrix()
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		for _, s := range matrix {
			one := series{labels: s.Metric.Map()}
			for _, p := range s.Floats {
				one.values = append(one.values, p.F)
			}
			all = append(all, one)
		}
		return all
	}
}

// Every expression of the dashboard has data in a run that was recorded, and so has all that alerts select.
func TestQueriesOfARecording(t *testing.T) {
	ask := recording(t)
	all := wanted(t, ask)
	if len(all) < 20 {
		t.Errorf("%d expressions: the dashboard was not read", len(all))
	}
	for _, q := range all {
		if !data(ask(t, q.expr)) {
			t.Errorf("%s: there is no data for %s", q.where, q.expr)
		}
	}
}

// A metric that is misspelt, anywhere in an expression, leaves it without data.
func TestMisspeltMetricsHaveNoData(t *testing.T) {
	ask := recording(t)
	for _, q := range wanted(t, ask) {
		for _, s := range selectors(t, q.expr) {
			if wrong := strings.ReplaceAll(q.expr, s.Name, s.Name+"s"); data(ask(t, wrong)) {
				t.Errorf("%s: %s has data", q.where, wrong)
			}
		}
	}
}

// names are all metrics of the queries.
func names(t testing.TB, all []query) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, q := range all {
		for _, s := range selectors(t, q.expr) {
			found[s.Name] = true
		}
	}
	return found
}
