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
		place = fmt.Sprintf("%s of somebody's cluster (%s)", units.Count(s.Cluster.Members, "member"), strings.Join(x.Endpoints, ", "))
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
		fmt.Fprintf(w, "%d of %d trials are left, of %s: about %s\n", left, all, units.Short(s.TrialTime()),
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

// progress shows a run to somebody who waits for it: one line that is redrawn on a terminal, a line a second elsewhere.
type progress struct {
	lines  io.Writer // results
	status io.Writer
	live   bool // a terminal, where lines can be redrawn

	mu      sync.Mutex
	folder  string
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

// Started begins to show the status.
func (p *progress) Started(folder string, _ results.Run, status func() harness.Status) {
	p.folder = folder
	every := time.Second
	if p.live {
		every = 200 * time.Millisecond
	}
	p.ended.Go(func() {
		tick := time.NewTicker(every)
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

func (p *progress) show(s harness.Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	line := describe(s)
	if !p.live {
		fmt.Fprintln(p.status, line)
		return
	}
	if file, ok := p.status.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && len(line) >= width && width > 1 {
			line = line[:width-1]
		}
	}
	fmt.Fprint(p.status, "\r\x1b[K"+line)
	p.drawn = true
}

func describe(s harness.Status) string {
	left := "  " + units.Short(s.Left.Round(time.Second)) + " left"
	if s.Waiting {
		return fmt.Sprintf("trial %d/%d done  waiting for a calm machine", s.Trial, s.Trials) + left
	}
	again := ""
	if s.Attempt > 0 {
		again = " again"
	}
	if s.Slot.Group != "" && s.Slot.Block == 0 {
		return fmt.Sprintf("measuring the load: pilot of %s  %s", s.Slot.Arm, s.Phase)
	}
	line := fmt.Sprintf("trial %d/%d  %s block %d %s%s  %s", s.Trial, s.Trials, s.Slot.Group, s.Slot.Block, s.Slot.Arm,
		again, s.Phase)
	if s.Members > 0 && (s.Leader != "" || expected(s.Phase)) {
		leader := s.Leader
		if leader == "" {
			leader = "none"
		}
		line += "  leader " + leader
	}
	if s.Fault != "" {
		line += "  " + s.Fault
	}
	return line + blocks(s) + left
}

// blocks counts the blocks that the run has by now.
func blocks(s harness.Status) string {
	if s.Judged == 0 {
		return ""
	}
	text := fmt.Sprintf("  judged %d", s.Judged)
	if s.Disturbed > 0 {
		text += fmt.Sprintf(" (%d disturbed)", s.Disturbed)
	}
	return text
}

// Loaded says what all trials will have to do.
func (p *progress) Loaded(l results.Load) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintln(p.status, report.Load(l))
}

// expected tells whether a cluster has a leader in a phase unless something happened to it: members that boot have none yet,
// and those that are stopped none any more.
func expected(phase string) bool { return phase != "boot" && phase != "drain" && phase != "teardown" }

// TrialDone says when a trial cannot be judged; the others need no line of their own.
func (p *progress) TrialDone(t results.Trial) {
	if t.Invalid == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintf(p.status, "invalid trial: %s block %d %s: %s\n", t.Group, t.Block, t.Arm, strings.ReplaceAll(t.Invalid, "\n", "; "))
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
