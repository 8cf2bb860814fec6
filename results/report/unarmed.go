package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/summary"
)

// Unarmed prints a run of outages alone: a row for each kind of fault and client, and what they come to in a sentence.
func Unarmed(w io.Writer, u summary.Unarmed, folder string) error {
	p := &printer{w: w}
	m := momentsOf(u.Run)
	rows := [][]string{{"FAULT", "N", "EFFECTIVE", "NEW LEADER", "CLIENT", "CANNOT WRITE FOR", "LONGEST GAP"}}
	for _, o := range u.Outages {
		a := o.Anatomy
		for i, l := range a.Links {
			row := []string{
				faultOf(o.Fault, o.Shared), strconv.Itoa(a.Faults), m.began(a), m.elected(a), l.Client,
				outOfService(l, a.Faults), spread(l.LongestGap, a.Faults),
			}
			if i > 0 {
				row[0], row[1], row[2], row[3] = "", "", "", ""
			}
			rows = append(rows, row)
		}
	}
	p.table(rows)
	p.line("")
	p.line("%s", outageSentence(u.Outages))
	p.line("")
	p.line("median (least-most) over %s, seed %d. A client cannot write from when the fault takes effect, or from its "+
		"first", units.Count(u.Trials, "trial"), u.Run.Seed)
	p.line("write that fails or takes 200 ms, if that is earlier or if others succeed in between, to the first " +
		"success after")
	p.line("it. \"%s\" is the one that is hit worst; a client of \"%s\" writes through whichever serves. "+
		"Writes are", summary.OneEndpoint, summary.EveryEndpoint)
	p.line("50 ms apart.")
	for _, why := range u.Invalid {
		p.line("invalid trial: %s", strings.ReplaceAll(why, "\n", "; "))
	}
	for _, d := range u.Damaged {
		p.line("damaged: %s %s", d.File, d.What)
	}
	e := u.Run.Environment
	p.line("%s, %s, Linux %s, %s, etcd %s, aftershock %s%s", e.CPU, e.Processors(), e.Kernel, e.Go, e.Etcd,
		e.Aftershock, othersTook(u.Noise))
	p.line("results: %s", folder)
	p.line("again:   %s", u.Run.Command)
	return p.err
}

// outageSentence says what the worst kind of fault costs clients: the one in which a client that knows every endpoint
// is out for longest or, where none is, one that knows a single endpoint.
func outageSentence(all []summary.UnarmedOutage) string {
	var of summary.UnarmedOutage
	var every, one summary.LinkSpread
	for _, o := range all {
		e, s := clientOf(o.Anatomy, summary.EveryEndpoint), clientOf(o.Anatomy, summary.OneEndpoint)
		if of.Fault == "" || longer(e, every) || !longer(every, e) && longer(s, one) {
			of, every, one = o, e, s
		}
	}
	switch {
	case of.Fault == "":
		return "No fault was led through its whole life, and so nothing is known of an outage."
	case one.Out == 0:
		return "Your clients can write throughout: no fault put any endpoint out of service."
	case every.Out == 0:
		return fmt.Sprintf("Under %s your clients can write throughout if they know every endpoint, and cannot write "+
			"for %s if they know one.", faultOf(of.Fault, of.Shared), worstOf(one))
	}
	return fmt.Sprintf("Under %s your clients cannot write for %s, or for %s if they know one endpoint.",
		faultOf(of.Fault, of.Shared), worstOf(every), worstOf(one))
}

// longer tells whether a client was out for longer. What did not end in the trial is longest.
func longer(a, b summary.LinkSpread) bool {
	if a.Out == 0 || b.Out == 0 {
		return a.Out > b.Out
	}
	if endless := func(l summary.LinkSpread) bool { return l.Outage.N < l.Out }; endless(a) != endless(b) {
		return endless(a)
	}
	return a.Outage.Median > b.Outage.Median
}

func worstOf(l summary.LinkSpread) string {
	if l.Outage.N == 0 {
		return "the rest of the trial"
	}
	return units.Latency(l.Outage.Median)
}

func clientOf(a summary.Anatomy, client string) summary.LinkSpread {
	for _, l := range a.Links {
		if l.Client == client {
			return l
		}
	}
	return summary.LinkSpread{}
}
