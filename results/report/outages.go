package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/summary"
)

// moments print what a run knows of its clusters' moments: those of members that were asked who leads only as
// exactly as they were asked.
type moments struct{ clock time.Duration }

func momentsOf(run results.Run) moments {
	if run.Cluster == results.External || run.Moments == results.MomentsAsked {
		return moments{summary.ExternalClock}
	}
	return moments{}
}

// outages writes what each kind of fault cost: a row for each kind and client. A second client adds only its own
// columns.
func (p *printer) outages(run results.Run, all []summary.Outage) {
	if len(all) == 0 {
		return
	}
	p.line("")
	p.line("outages, both arms together: %s", outageColumns)
	p.table(outageRows(run, all))
}

// outageColumns says what the times are counted from: a leader transfer or a burst of large values is not healed.
const outageColumns = "median (least-most), a new leader from the injection, recovered from the heal, or from the " +
	"injection of what is not held"

// outageRows are the table's rows, its head first. What a kind's further clients have in common with the first is
// blank.
func outageRows(run results.Run, all []summary.Outage) [][]string {
	rows := [][]string{{
		"FAULT", "N", "NEW LEADER", "CLIENT", "OUT OF SERVICE", "LONGEST GAP", "RECOVERED",
	}}
	m := momentsOf(run)
	for _, o := range all {
		a := o.All
		for i, l := range a.Links {
			row := []string{
				faultOf(o.Fault, o.Shared), strconv.Itoa(a.Faults), m.elected(a), l.Client, outOfService(l, a.Faults),
				spread(l.LongestGap, a.Faults), m.spread(a.Recovered, a.Faults),
			}
			if i > 0 {
				row[0], row[1], row[2], row[6] = "", "", "", ""
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// faultOf names a kind, and those that it shares its outages with.
func faultOf(fault string, shared []string) string {
	switch n := len(shared); {
	case n > 2:
		return fmt.Sprintf("%s with %d other kinds", fault, n)
	case n > 0:
		return fault + " with " + strings.Join(shared, ", ")
	}
	return fault
}

// elected prints how long it took to follow a leader again: "-" where the leader was never lost.
func (m moments) elected(a summary.Anatomy) string {
	if a.LeaderElected.N == 0 {
		return "-"
	}
	return m.spread(a.LeaderElected, a.Faults)
}

// outOfService prints a link's outages over n faults, in how many of them it had one when not in all, and how many did
// not end.
func outOfService(l summary.LinkSpread, n int) string {
	if n == 0 {
		return "-"
	}
	if l.Out == 0 {
		return "never"
	}
	text := "to the end"
	if l.Outage.N > 0 {
		text = spread(l.Outage, l.Outage.N)
	}
	if l.Out < n {
		text += fmt.Sprintf(", %d of %d", l.Out, n)
	}
	if endless := l.Out - l.Outage.N; endless > 0 && l.Outage.N > 0 {
		text += fmt.Sprintf(", %d to the end", endless)
	}
	return text
}

// anatomy writes every time of every kind of fault, for both arms together and for each.
func (p *printer) anatomy(run results.Run, all []summary.Outage) {
	if len(all) == 0 {
		return
	}
	cluster, clients := anatomyTables(run, all)
	p.line("")
	p.line("outages: %s.", outageColumns)
	p.line("EFFECTIVE OR DONE and LEADER LOST are from the injection. WITHOUT LEADER is while no majority " +
		"followed one. It is")
	p.line("short where a leader is cut off: until the others' election time-out they follow it, though it " +
		"commits nothing.")
	p.line("Not compared by a test: the seed fixes the faults, and not the elections.")
	p.table(cluster)
	p.line("")
	p.line("outages as each client saw them, by a small write every 50 ms through its own link: from when the " +
		"fault took effect, or")
	p.line("from the first write that failed or took 200 ms, if that came earlier or if others succeeded in " +
		"between, to the first")
	p.line("success after it")
	p.table(clients)
}

// anatomyTables are the cells of every time of every kind of fault, their heads first: those of the cluster, and those
// of each client.
func anatomyTables(run results.Run, all []summary.Outage) (cluster, clients [][]string) {
	cluster = [][]string{{
		"FAULT", "ARM", "N", "EFFECTIVE OR DONE", "LEADER LOST", "NEW LEADER", "WITHOUT LEADER", "RECOVERED",
	}}
	clients = [][]string{{"FAULT", "ARM", "CLIENT", "N", "OUT OF SERVICE", "LONGEST GAP"}}
	m := momentsOf(run)
	for _, o := range all {
		for _, arm := range []struct {
			name string
			summary.Anatomy
		}{{"both", o.All}, {"before", o.Before}, {"after", o.After}} {
			n := arm.Faults
			cluster = append(cluster, []string{
				faultOf(o.Fault, o.Shared), arm.name, strconv.Itoa(n), m.began(arm.Anatomy),
				m.spread(arm.LeaderLost, n),
				m.spread(arm.LeaderElected, n), m.spread(arm.Leaderless, n), m.spread(arm.Recovered, n),
			})
			for _, l := range arm.Links {
				clients = append(clients, []string{
					faultOf(o.Fault, o.Shared), arm.name, l.Client, strconv.Itoa(n), outOfService(l, n),
					spread(l.LongestGap, n),
				})
			}
		}
	}
	return cluster, clients
}

// began says when faults of a kind took effect, or were done if they are meant to hurt no one.
func (m moments) began(a summary.Anatomy) string {
	if a.Effective.N == 0 && a.Done.N > 0 {
		return "done " + m.spread(a.Done, a.Faults)
	}
	return m.spread(a.Effective, a.Faults)
}

// spread prints a time on our own clock.
func spread(s summary.Spread, n int) string { return moments{}.spread(s, n) }

// spread prints a time over n faults, and in how many of them it came when not in all.
func (m moments) spread(s summary.Spread, n int) string {
	switch {
	case n == 0:
		return "-"
	case s.N == 0:
		return "never"
	}
	text, least, most := m.took(s.Median), m.took(s.Min), m.took(s.Max)
	if least != most {
		text += fmt.Sprintf(" (%s-%s)", least, most)
	}
	if s.P90 > 0 {
		text += ", P90 " + m.took(s.P90)
	}
	if s.N < n {
		text += fmt.Sprintf(", %d of %d", s.N, n)
	}
	return text
}

// took prints a duration, which may be 0, as exactly as it is known.
func (m moments) took(d time.Duration) string {
	switch {
	case d < m.clock:
		return "<" + units.Latency(m.clock)
	case d == 0:
		return "0 s"
	case m.clock > 0:
		d = d.Round(m.clock)
	}
	return units.Latency(d)
}
