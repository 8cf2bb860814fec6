package report

import "aftershock/results/summary"

// prices is a row for each repair with what it may have made worse, beside the gain that was judged. Older runs, from
// before repairs had prices, have none to show.
func (p *printer) prices(fixes []summary.Fix) {
	rows := [][]string{{"PRICE", "PAID IN", "BEFORE -> AFTER", "CHANGE"}}
	for _, f := range fixes {
		if f.Price.Stated() {
			rows = append(rows, append([]string{f.Name}, priceCells(f)...))
		}
	}
	if len(rows) > 1 {
		p.line("")
		p.narrow(rows)
	}
}

// priceCells are the price's figure, its medians and its change; none where the repair has no price.
func priceCells(f summary.Fix) []string {
	price := f.Price
	if price.None() {
		return []string{price.String(), "-", "-"}
	}
	r, ok := f.Row(price.Metric)
	if !ok {
		return []string{longName(price.Metric), "-", "no figure"}
	}
	return []string{longName(price.Metric), sides(r), change(r)}
}

// priceRows are a page's, with what is paid for.
func priceRows(fixes []summary.Fix) (rows []string) {
	for _, f := range fixes {
		if f.Price.Stated() {
			cells := append([]string{f.Name}, priceCells(f)...)
			rows = append(rows, tableRow(append(cells, f.Price.Says)...))
		}
	}
	return rows
}
