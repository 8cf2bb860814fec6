package claims

import (
	"strings"

	"aftershock/results/report"
)

// claimRows are the table's: one for each thing that settles a claim, of which the first has the claim and its
// verdict. The verdict is on the left, because a narrow page shows that side of a wide table.
func (about Publication) claimRows(all []Row) (rows [][]string) {
	for _, r := range all {
		verdict := "**" + prose(verdictWords(r)) + "**"
		if r.Partial {
			verdict += ", " + fromPartial
		}
		first := []string{placesOf(r.Claim), prose(r.Claim.Says), verdict, prose(figureOfTheArticle(r.Claim))}
		price := "-"
		add := func(by string, s shown) {
			figure := strings.TrimPrefix(prose(s.metric)+"<br>"+prose(s.sides), "<br>")
			rows = append(rows, append(first, by, figure, prose(s.change), price, s.cell()))
			price = "-"
			first = []string{"", "", "", ""}
		}
		for _, o := range r.Outcomes {
			price = pricedIn(o)
			add(about.fix(o.Fix)+"<br>"+prose(o.Scenario), shownOf(o))
		}
		if r.Claim.Probe != "" {
			add("a probe of this Go", shown{sides: r.Why, change: "-"})
		}
		if tests := r.Claim.AllTests(); len(tests) > 0 { // the paragraph names all of them
			add(about.test("a test", tests[0]), shown{change: "-"})
		} else if len(r.Claim.Sources) > 0 {
			add("looked up", shown{change: "-"})
		}
	}
	return rows
}

// pricedIn is an outcome's price in a cell: the figure with its medians, or none.
func pricedIn(o Outcome) string {
	switch {
	case !o.Price.Stated():
		return "-"
	case o.Price.None():
		return o.Price.String()
	case o.Paid == nil:
		return prose(report.Name(o.Price.Metric)) + "<br>no figure"
	}
	return prose(report.Name(o.Price.Metric)) + "<br>" + prose(report.Sides(*o.Paid))
}

// placesOf are a claim's places in a table, one below the other.
func placesOf(c Claim) string {
	if len(c.Places) == 0 {
		return prose(c.Chapter)
	}
	var all []string
	for _, p := range c.Places {
		all = append(all, prose(p.At))
	}
	return strings.Join(all, "<br>")
}
