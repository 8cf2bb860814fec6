package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"aftershock/harness"
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
		place = fmt.Sprintf("%s (%s, data on %s)", units.Count(s.Cluster.Members, "member"), o.Runtime.Name, s.Cluster.Data)
	}
	if x := o.Runtime.External; x != nil {
		place = fmt.Sprintf("%s of an external cluster (%s)", units.Count(s.Cluster.Members, "member"),
			strings.Join(x.Endpoints, ", "))
	}
	many := units.Count(len(o.Plans), "pair")
	if o.Stop != nil {
		many = fmt.Sprintf("pairs until the interval is within +-%.3g %%, at most %d,", 100*o.Stop.Width, o.Stop.MaxPairs)
	}
	fmt.Fprintf(w, "%s, %s of: %s; seed %d\n", place, many, strings.Join(names, ", "), o.Seed)
	announceTime(w, o)
	if p := o.Patience; p != nil && p.Run >= time.Second {
		fmt.Fprintf(w, "before a block it may wait for a calm machine: %s at most, and %s in all\n",
			units.Short(min(p.Block, p.Run).Round(time.Second)), units.Short(p.Run.Round(time.Second)))
	}
	if len(o.NotRun) > 0 {
		fmt.Fprintf(w, "not run: %s\n", strings.Join(o.NotRun, ", "))
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
	if all, left := arms*len(o.Plans), o.Remaining(); left < all {
		fmt.Fprintf(w, "%d of %s left, of %s: about %s\n", left, units.Count(all, "trial"), units.Short(s.TrialTime()),
			units.Short((time.Duration(left) * s.TrialTime()).Round(time.Second)))
		return
	}
	fmt.Fprintf(w, "%s of %s: about %s, at most %s if %s to be run again\n",
		units.Count(arms*len(o.Plans), "trial"), units.Short(s.TrialTime()), units.Short(s.RunTime(arms, len(o.Plans)).Round(time.Second)),
		units.Short(s.WithReserve(arms, len(o.Plans)).Round(time.Second)), have(s.Budget.Reserve))
	if d := pilotTime(o); d > 0 {
		fmt.Fprintf(w, "before them %s of pilots, which measure the load and are thrown away\n", units.Short(d.Round(time.Second)))
	}
}

// have names blocks of a group.
func have(blocks int) string {
	if blocks == 1 {
		return "a block of each group has"
	}
	return fmt.Sprintf("%d blocks of each group have", blocks)
}

// progress shows a run to people who wait for it. On a terminal it is one line that is redrawn, and a line for each
// trial that cannot be judged; elsewhere, as in the log of a CI job, it is one line for each trial that has ended.
type progress struct {
	lines  io.Writer // results
	status io.Writer
	live   bool // a terminal, where lines can be redrawn

	mu      sync.Mutex
	folder  string
	now     func() harness.Status
	drawn   bool
	done    chan struct{}
	ended   sync.WaitGroup
	stopped sync.Once
}

func newProgress(lines, status io.Writer) *progress {
	file, ok := status.(*os.File)
	return &progress{
		lines: lines, status: status, done: make(chan struct{}),
		live: ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb",
	}
}

// redrawn is how often the line is drawn again on a terminal.
const redrawn = 200 * time.Millisecond

// Started begins to show the status.
func (p *progress) Started(folder string, _ results.Run, status func() harness.Status) {
	p.folder, p.now = folder, status
	if !p.live {
		return
	}
	p.ended.Go(func() {
		tick := time.NewTicker(redrawn)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				p.show(status())
			case <-p.done:
				return
			}
		}
	})
}

// show draws the line again, in the width that the terminal has now.
func (p *progress) show(s harness.Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprint(p.status, "\r\x1b[K"+describe(s, p.columns()))
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

// Loaded says what all trials will have to do.
func (p *progress) Loaded(l results.Load) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintln(p.status, report.Load(l))
}

// TrialDone says what became of a trial. On a terminal one that can be judged needs no line that stays.
func (p *progress) TrialDone(t results.Trial) {
	if p.live && t.Invalid == "" {
		return
	}
	line := ended(t, p.now())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintln(p.status, line)
}

// FixDone prints the fix's line, computed from its files.
func (p *progress) FixDone(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fix, err := summary.ComputeFix(p.folder, name)
	if err == nil {
		err = report.FixLine(p.lines, fix)
	}
	if err != nil {
		fmt.Fprintf(p.status, "%s: %v\n", name, err)
	}
}

// clear wipes the line that is redrawn.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.status, "\r\x1b[K")
		p.drawn = false
	}
}

// stop ends the display and waits for it.
func (p *progress) stop() {
	p.stopped.Do(func() { close(p.done) })
	p.ended.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}
