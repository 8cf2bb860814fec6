package dashboards

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"aftershock/internal/golden"
)

const checkedIn = "../grafana/dashboards/aftershock.json"

// What is checked in is what the program prints.
func TestDashboardIsCheckedIn(t *testing.T) {
	text, err := JSON()
	must(t, err)
	golden.Compare(t, checkedIn, text)
}

// grafana is the dashboard as Grafana reads it: of the file, all that has a query.
type grafana struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
	Annotations struct {
		List []struct{ Name, Expr string }
	}
	Templating struct {
		List []struct {
			Name, Query string
			IncludeAll  bool
		}
	}
}

func load(t testing.TB) (g grafana) {
	t.Helper()
	text, err := os.ReadFile(checkedIn)
	must(t, err)
	must(t, json.Unmarshal(text, &g))
	return g
}

// query is an expression, and where it stands.
type query struct{ where, expr string }

// queries are those of the panels and annotations, with all that Grafana fills in: a variable's value is the first that
// its own query gives, or all of them.
func (g grafana) queries(t testing.TB, ask asked) (all []query) {
	t.Helper()
	filled := []string{"$__rate_interval", "4s"} // of scrapes each second
	for _, v := range g.Templating.List {
		if v.Name == "datasource" {
			continue
		}
		query := labelValues.FindStringSubmatch(v.Query)
		if query == nil {
			t.Fatalf("variable %s: %s", v.Name, v.Query)
		}
		found := ask(t, strings.NewReplacer(filled...).Replace(query[1]))
		if len(found) == 0 || found[0].labels[query[2]] == "" {
			t.Fatalf("variable %s has no value", v.Name)
		}
		value := found[0].labels[query[2]]
		if v.IncludeAll {
			value = ".+"
		}
		filled = append(filled, "$"+v.Name, value)
	}
	fill := strings.NewReplacer(filled...)
	for _, p := range g.Panels {
		for _, l := range p.Targets {
			all = append(all, query{p.Title, fill.Replace(l.Expr)})
		}
	}
	for _, a := range g.Annotations.List {
		all = append(all, query{a.Name, fill.Replace(a.Expr)})
	}
	return all
}

var labelValues = regexp.MustCompile(`^label_values\((.+), (\w+)\)$`)
