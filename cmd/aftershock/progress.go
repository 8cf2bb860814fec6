package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/summary"

	"golang.org/x/term"
)

// announce says what will run and how long that takes.
func announce(w io.Writer, o harness.Options) {
	announceEnvironment(w)
	s := o.Scenario
	warnOutdated(w, s)
	var names []string
	for _, f := range o.Fixes {
		names = append(names, f.Name)
	}
	fmt.Fprintf(w, "%s: %s\n", s.Name, s.Asks)
	place := "no cluster"
	if s.Cluster.Members > 0 {
		place = fmt.Sprintf("%s (%s, data on %s)", units.Count(s.Cluster.Members, "member"), o.Runtime.Name,
			s.Cluster.Data)
	}
	if x := o.Runtime.External; x != nil {
		place = fmt.Sprintf("%s of an external cluster (%s)", units.Count(s.Cluster.Members, "member"),
			strings.Join(x.Endpoints, ", "))
	}
	announceMix(w, s)
	many := units.Count(len(o.Plans), "pair")
	if len(o.Endpoints) > 0 {
		many = "outages alone in " + units.Count(len(o.Plans), "trial") + ", before the repair,"
	}
	if o.Stop != nil {
		many = fmt.Sprintf("pairs until the interval is within +-%.3g %%, at most %d,", 100*o.Stop.Width,
			o.Stop.MaxPairs)
	}
	fmt.Fprintf(w, "%s, %s of: %s; seed %d\n", place, many, strings.Join(names, ", "), o.Seed)
	announceTime(w, o)
	announceSpace(w, o)
	if p := o.Patience; p != nil && p.Run >= time.Second {
		fmt.Fprintf(w, "before a block it may wait for a calm machine: %s at most, and %s in all\n",
			units.Short(min(p.Block, p.Run).Round(time.Second)), units.Short(p.Run.Round(time.Second)))
	}
	if len(o.NotRun) > 0 {
		fmt.Fprintf(w, "not run: %s\n", strings.Join(o.NotRun, ", "))
	}
}

// announceMix says of what an external cluster's mix draws, where the scenario's has more.
func announceMix(w io.Writer, s harness.Scenario) {
	if s.LeftOut > 0 {
		fmt.Fprintf(w, "of the mix's %d choices the %d that an external cluster can suffer are drawn\n",
			s.LeftOut+len(s.Faults.Mix.Choices), len(s.Faults.Mix.Choices))
	}
}

// warnOutdated tells the author of a scenario's file what in it has no effect any more.
func warnOutdated(w io.Writer, s harness.Scenario) {
	if s.Outdated != "" {
		fmt.Fprintln(w, "warning:", s.Outdated)
	}
}

// announceTime says how long the run will take: an expectation, and a bound.
func announceTime(w io.Writer, o harness.Options) {
	s := o.Scenario
	if o.Stop != nil {
		fmt.Fprintf(w, "trials of %s, for at most %s\n", units.Short(s.TrialTime()), units.Short(o.Stop.MaxTime))
		return
	}
	arms := harness.Arms(o.Fixes)
	if len(o.Endpoints) > 0 {
		fmt.Fprintf(w, "trials of %s: about %s\n", units.Short(s.TrialTime()),
			units.Short(s.RunTime(arms, len(o.Plans)).Round(time.Second)))
		return
	}
	if all, left := arms*len(o.Plans), o.Remaining(); left < all {
		fmt.Fprintf(w, "%d of %s left, of %s: about %s\n", left, units.Count(all, "trial"), units.Short(s.TrialTime()),
			units.Short((time.Duration(left) * s.TrialTime()).Round(time.Second)))
		return
	}
	fmt.Fprintf(w, "%s of %s: about %s, at most %s if %s to be run again\n",
		units.Count(arms*len(o.Plans), "trial"), units.Short(s.TrialTime()),
		units.Short(s.RunTime(arms, len(o.Plans)).Round(time.Second)),
		units.Short(s.WithReserve(arms, len(o.Plans)).Round(time.Second)), have(s.Budget.Reserve))
	if d := pilotTime(o); d > 0 {
		fmt.Fprintf(w, "before them %s of pilots, which measure the load and are thrown away\n",
			units.Short(d.Round(time.Second)))
	}
}

// announceSpace says how much disk the run's folder will take, and how much there is.
func announceSpace(w io.Writer, o harness.Options) {
	need, err := o.Space()
	free, failed := harness.FreeSpace(o.Out)
	if errors.Join(err, failed) != nil {
		return // which Preflight reports
	}
	fmt.Fprintf(w, "disk: at most %s below %s, which has %s free\n", units.Format(float64(need), "bytes"), o.Out,
		units.Format(float64(free), "bytes"))
	if free < need {
		fmt.Fprintln(w, "warning: a run there would be refused; aftershock prune makes room")
	}
}

// have names blocks of a group.
func have(blocks int) string {
	if blocks == 1 {
		return "a block of each group has"
	}
	return fmt.Sprintf("%d blocks of each group have", blocks)
}

// The ways to show progress.
const (
	progressAuto  = "auto"  // a line that is redrawn on a terminal, and plain elsewhere
	progressPlain = "plain" // a line a trial
	progressNone  = "none"
	progressJSON  = "json" // a line an event
)

var progressWays = []string{progressAuto, progressPlain, progressNone, progressJSON}

// progress shows a run to people who wait for it: a view of the run's events. On a terminal it is one line that is
// redrawn, and a line for each trial that cannot be judged; elsewhere, as in the log of a CI job, it is one line for
// each trial that has ended.
type progress struct {
	lines  io.Writer // results
	status io.Writer
	way    string // never auto
	live   bool   // a terminal, where lines can be redrawn

	mu    sync.Mutex
	spark string // the P99 of the last seconds
	drawn bool
}

func newProgress(way string, lines, status io.Writer) *progress {
	p := &progress{lines: lines, status: status, way: way}
	if way == progressAuto {
		p.way = progressPlain
		file, ok := status.(*os.File)
		p.live = ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
	}
	return p
}

// looks tells whether the view has anything to show between trials.
func (p *progress) looks() bool { return p.live || p.way == progressJSON }

// streamOf is the stream of a run that the view and others show.
func (p *progress) streamOf(looking bool, others ...live.View) *live.Stream {
	words := live.Words{Load: report.Load, Fix: fixLine}
	return live.NewStream(words, looking || p.looks(), append([]live.View{p}, others...)...)
}

// soFar marks the line of a fix that could not be decided while the other fixes of its run are not known: they may.
const soFar = ": inconclusive so far, "

// fixLine is what was found of a fix, computed from its files.
func fixLine(folder, name string) (string, error) {
	fix, err := summary.ComputeFix(folder, name)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	if err = report.FixLine(&text, fix); err != nil {
		return "", err
	}
	run, err := results.ReadRun(folder)
	line := strings.TrimSuffix(text.String(), "\n")
	if len(run.Fixes) > 1 {
		line = strings.Replace(line, ": inconclusive, ", soFar, 1)
	}
	return line, err
}

// Take shows an event.
func (p *progress) Take(e live.Event, s *live.State) {
	if p.way == progressJSON {
		p.line(e)
	}
	switch e.Kind {
	case live.Now:
		if p.live {
			p.spark = sparkline(s.Latest(), sparks)
			p.show(e.Status)
		}
	case live.Loaded:
		p.say(p.status, e.Load, p.way == progressPlain)
	case live.TrialEnded: // on a terminal, one that can be judged needs no line that stays
		p.say(p.status, ended(e.Record, e.Status), p.way == progressPlain && (!p.live || e.Record.Invalid != ""))
	case live.FixEnded:
		p.say(p.lines, e.Fix.Says, e.Fix.Says != "")
	case live.Began, live.Happened, live.Ended:
	}
}

// line prints an event as JSON.
func (p *progress) line(e live.Event) {
	if text, err := json.Marshal(e); err == nil { // it holds what JSON can hold
		fmt.Fprintf(p.status, "%s\n", text)
	}
}

// say prints a line that stays.
func (p *progress) say(w io.Writer, line string, wanted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if wanted {
		p.clear()
		fmt.Fprintln(w, line)
	}
}

// show draws the line again, in the width that the terminal has now.
func (p *progress) show(s harness.Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	columns := p.columns()
	fmt.Fprint(p.status, "\r\x1b[K"+withSpark(describe(s, columns), p.spark, columns))
	p.drawn = true
}

// columns is the room for a line: one less than the terminal has, because one that is filled may go on to the next
// line.
func (p *progress) columns() int {
	if file, ok := p.status.(*os.File); ok {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 1 {
			return columns - 1
		}
	}
	return unknownColumns - 1
}

// clear wipes the line that is redrawn. It is called with the lock.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.status, "\r\x1b[K")
		p.drawn = false
	}
}

// stop wipes the line for good. The stream has stopped by then.
func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}
