package report

import (
	"fmt"
	"strconv"
	"time"

	"aftershock/internal/units"
	"aftershock/results/summary"
)

// outages writes what each kind of fault cost: a row a kind and client. A second client adds its own columns alone.
func (p *printer) outages(all []summary.Outage) {
	if len(all) == 0 {
		return
	}
	p.line("")
	p.line("outages, both arms together: median (least-most), the first success from the injection, %s", recoveredFrom)
	p.table(outageRows(all))
}

// recoveredFrom says when a recovery begins: a leader transfer or a burst of large values is not healed.
const recoveredFrom = "recovered from the heal, or from the injection of what is not held"

// outageRows are the table's rows, its head first. What a kind's further clients have in common with the first is blank.
func outageRows(all []summary.Outage) [][]string {
	rows := [][]string{{
		"FAULT", "N", "WITHOUT LEADER", "CLIENT", "FIRST SUCCESS", "LONGEST GAP", "RECOVERED",
	}}
	for _, o := range all {
		a := o.All
		for i, l := range a.Links {
			row := []string{
				o.Fault, strconv.Itoa(a.Faults), spread(a.Leaderless, a.Faults), l.Client, spread(l.FirstSuccess, a.Faults),
				spread(l.LongestGap, a.Faults), spread(a.Recovered, a.Faults),
			}
			if i > 0 {
				row[0], row[1], row[2], row[6] = "", "", "", ""
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// anatomy writes every time of every kind of fault, for both arms together and for each.
func (p *printer) anatomy(all []summary.Outage) {
	if len(all) == 0 {
		return
	}
	cluster := [][]string{{
		"FAULT", "ARM", "N", "EFFECTIVE OR DONE", "LEADER LOST", "LEADER ELECTED", "WITHOUT LEADER", "RECOVERED",
	}}
	clients := [][]string{{"FAULT", "ARM", "CLIENT", "N", "FIRST SUCCESS", "LONGEST GAP"}}
	for _, o := range all {
		for _, arm := range []struct {
			name string
			summary.Anatomy
		}{{"both", o.All}, {"before", o.Before}, {"after", o.After}} {
			n := arm.Faults
			cluster = append(cluster, []string{
				o.Fault, arm.name, strconv.Itoa(n), began(arm.Anatomy), spread(arm.LeaderLost, n),
				spread(arm.LeaderElected, n), spread(arm.Leaderless, n), spread(arm.Recovered, n),
			})
			for _, l := range arm.Links {
				clients = append(clients, []string{
					o.Fault, arm.name, l.Client, strconv.Itoa(n), spread(l.FirstSuccess, n), spread(l.LongestGap, n),
				})
			}
		}
	}
	p.line("")
	p.line("outages, from the injection, %s: median (least-most).", recoveredFrom)
	p.line("Not compared by a test: the seed fixes the faults, and not the elections.")
	p.table(cluster)
	p.line("")
	p.line("outages as each client saw them, by a small write every 50 ms through its own link")
	p.table(clients)
}

// began says when faults of a kind took effect, or were done where they mean to hurt no one.
func began(a summary.Anatomy) string {
	if a.Effective.N == 0 && a.Done.N > 0 {
		return "done " + spread(a.Done, a.Faults)
	}
	return spread(a.Effective, a.Faults)
}

// spread prints a time over n faults, and in how many of them it came when not in all.
func spread(s summary.Spread, n int) string {
	switch {
	case n == 0:
		return "-"
	case s.N == 0:
		return "never"
	}
	text := took(s.Median)
	if s.Min != s.Max {
		text += fmt.Sprintf(" (%s-%s)", took(s.Min), took(s.Max))
	}
	if s.P90 > 0 {
		text += ", P90 " + took(s.P90)
	}
	if s.N < n {
		text += fmt.Sprintf(", %d of %d", s.N, n)
	}
	return text
}

// took prints a duration of which none at all is worth saying.
func took(d time.Duration) string {
	if d == 0 {
		return "0 s"
	}
	return units.Latency(d)
}
