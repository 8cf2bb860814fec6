package report

import (
	"fmt"
	"math"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/report/page"
	"aftershock/results/summary"
)

// outageSection is what each kind of fault cost the cluster and each client.
func outageSection(s summary.Summary) page.Section {
	cluster, clients := anatomyTables(s.Run, s.Outages)
	return page.Section{
		ID: "outages", Title: "Outages",
		Lead: []string{"What each kind of fault cost, over all trials. The arms are not compared by it: the seed " +
			"fixes the faults, and not the elections."},
		Blocks: []page.Block{
			{
				Title: "Anatomy of each fault, for each client",
				Notes: []string{"Mark: the median of all faults of the kind. Line: from the least to the most. " +
					"Arrow: some did not end before the trial. A leader is lost, and a new one there, so long " +
					"after the injection; recovered is counted from the heal, or from the injection of what is not " +
					"held. " + leaderlessMeans + " The axis is of logarithms, and 0 lies at its left end."},
				Ranges: anatomyRanges(s.Run, s.Outages),
			},
			{
				Title: "Both arms together", Folded: true, Notes: []string{sentenceOf(outageColumns)},
				Table: table(outageRows(s.Run, s.Outages)),
			},
			{
				Title: "Every moment of the cluster, for each arm", Folded: true, Notes: []string{leaderlessMeans},
				Table: table(cluster),
			},
			{Title: "Every client, for each arm", Folded: true, Table: table(clients)},
		},
	}
}

// leaderlessMeans stands beside each time without a leader: a reader of a short one may think that nothing was lost.
const leaderlessMeans = "Without leader is while no majority followed one. It is short where a leader is cut off: " +
	"until the others' election time-out they follow it, though it commits nothing."

func sentenceOf(text string) string { return "Columns: " + text + "." }

// microLabel writes a number of microseconds below an axis.
func microLabel(v float64) string { return units.Latency(time.Duration(math.Round(v * 1e3))) }

// anatomyRanges has a row for each moment of each kind of fault that came in either arm, and two for each client.
func anatomyRanges(run results.Run, all []summary.Outage) *page.Ranges {
	r := &page.Ranges{
		Head: "Fault", Sides: []string{string(results.Before), string(results.After)}, Log: true, Says: microLabel,
	}
	m := momentsOf(run)
	for _, o := range all {
		r.Rows = append(r.Rows, page.RangeRow{
			Label: fmt.Sprintf("%s, %s", plain(faultOf(o.Fault, o.Shared)), units.Count(o.All.Faults, "fault")),
		})
		for _, moment := range []struct {
			label string
			of    func(summary.Anatomy) summary.Spread
		}{
			{"leader lost", func(a summary.Anatomy) summary.Spread { return a.LeaderLost }},
			{"new leader", func(a summary.Anatomy) summary.Spread { return a.LeaderElected }},
			{"without leader", func(a summary.Anatomy) summary.Spread { return a.Leaderless }},
			{"recovered", func(a summary.Anatomy) summary.Spread { return a.Recovered }},
		} {
			if moment.of(o.All).N == 0 {
				continue
			}
			r.Rows = append(r.Rows, page.RangeRow{Label: moment.label, Marks: []page.Range{
				m.rangeOf(moment.of(o.Before), o.Before.Faults), m.rangeOf(moment.of(o.After), o.After.Faults),
			}})
		}
		for _, l := range o.All.Links {
			r.Rows = append(r.Rows, clientRows(l.Client, o)...)
		}
	}
	return r
}

// clientRows are how long a client was out of service, and its longest gap.
func clientRows(client string, o summary.Outage) []page.RangeRow {
	out, gap := page.RangeRow{Label: plain(client) + " out of service"}, page.RangeRow{
		Label: plain(client) + " longest gap"}
	for _, arm := range []summary.Anatomy{o.Before, o.After} {
		l, n := linkOf(arm, client)
		mark := moments{}.rangeOf(l.Outage, n)
		mark.Text, mark.Beyond = outOfService(l, n), l.Out > l.Outage.N
		out.Marks, gap.Marks = append(out.Marks, mark), append(gap.Marks, moments{}.rangeOf(l.LongestGap, n))
	}
	return []page.RangeRow{out, gap}
}

// linkOf is a client's link in one arm's faults, and how many these are: none where the arm has none of the client's.
func linkOf(a summary.Anatomy, client string) (summary.LinkSpread, int) {
	for _, l := range a.Links {
		if l.Client == client {
			return l, a.Faults
		}
	}
	return summary.LinkSpread{}, 0
}

// rangeOf is a spread over n faults, in microseconds.
func (m moments) rangeOf(s summary.Spread, n int) page.Range {
	text := m.spread(s, n)
	if s.N == 0 {
		return page.None(text)
	}
	return page.Range{Low: micro(s.Min), Middle: micro(s.Median), High: micro(s.Max), Text: text}
}

func micro(d time.Duration) float64 { return float64(d) / 1e3 }
