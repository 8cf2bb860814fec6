package main

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/summary"
)

// However a run is ended that viewers follow, their streams end, the port is free again, and no process is left. One
// that can still speak says why, and hands its report over.
func TestARunThatIsWatchedIsEnded(t *testing.T) {
	slow.Boots(t)
	for name, c := range map[string]struct {
		signal syscall.Signal
		twice  bool // again once viewers were told of the end, while the run waits for the one that never reads
		code   int
		why    string
	}{
		"Ctrl-C":       {signal: syscall.SIGINT, code: exitInterrupted, why: "interrupted by SIGINT"},
		"Ctrl-C twice": {signal: syscall.SIGINT, twice: true, code: -1, why: "interrupted by SIGINT"},
		"SIGTERM":      {signal: syscall.SIGTERM, code: exitInterrupted, why: "interrupted by SIGTERM"},
		"kill -9":      {signal: syscall.SIGKILL, code: -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := t.TempDir()
			s := startServed(t, os.Args[0], t.TempDir(), "run", "testdata/free.yaml", "--pairs", "100", "--budget",
				"10m", "--out", out)
			quiet := silent(t, s.address())
			viewers := make([]*viewer, 3)
			for i := range viewers {
				var err error
				viewers[i], err = follow(s.base)
				mustDo(t, err)
				defer viewers[i].body.Close()
				viewers[i].await(t, live.TrialEnded)
			}
			var children []int
			await(t, "a worker is there", func() bool {
				children = childrenOf(t, s.Process.Pid)
				return len(children) > 0
			})
			mustDo(t, s.Process.Signal(c.signal))
			for _, v := range viewers {
				if c.why == "" {
					v.lost(t)
					continue
				}
				e := v.await(t, live.Ended)
				if e.End.Status != string(results.Partial) || !strings.Contains(e.End.Why, c.why) || !e.End.Report {
					t.Errorf("viewers are told %+v", e.End)
				}
			}
			if c.twice {
				mustDo(t, s.Process.Signal(c.signal))
			}
			// The last is in place of the one that never reads, for which the run would wait.
			for n := 0; n <= len(viewers) && c.why != "" && !c.twice; n++ {
				if page, err := get(s.base + "report.html"); err != nil || !strings.Contains(page, "partial") {
					t.Errorf("the report is %.100s, %v", page, err)
				}
			}
			if code, said := s.end(t); code != c.code {
				t.Errorf("exit %d: %s", code, said)
			}
			_, _ = io.Copy(io.Discard, quiet) // until its connection has ended
			s.free(t)
			await(t, "all children are gone", func() bool {
				return !slices.ContainsFunc(children, alive)
			})
			found, err := summary.Compute(onlyFolder(t, out))
			if err != nil || found.Run.Status == results.Complete || !strings.Contains(found.Run.Why, c.why) {
				t.Errorf("the run is %s, %q, %v", found.Run.Status, found.Run.Why, err)
			}
		})
	}
}

// lost reads on to the end of a stream that is cut off, and fails if its viewer was told of the run's end.
func (v *viewer) lost(t *testing.T) {
	t.Helper()
	for {
		kind, text, err := v.next()
		if kind == live.Ended || errors.Is(err, io.EOF) {
			t.Errorf("a run that was killed says %s, %v", text, err)
		}
		if err != nil {
			return
		}
	}
}

// A run may end while it waits for the machine. Viewers who are there already are told so.
func TestARunThatIsWatchedDoesNotBegin(t *testing.T) {
	slow.Boots(t)
	take(t)
	s := startServed(t, os.Args[0], harness.LockFolders[0], "run", "testdata/free.yaml", "--out", t.TempDir())
	v, err := follow(s.base)
	mustDo(t, err)
	defer v.body.Close()
	mustDo(t, s.Process.Signal(os.Interrupt))
	if e := v.await(t, live.Ended); e.End.Status != live.NotBegun || e.End.Why != "interrupted by SIGINT" {
		t.Errorf("viewers are told %+v", e.End)
	}
	if _, text, err := v.next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %s, %v", text, err)
	}
	if code, said := s.end(t); code != exitInterrupted {
		t.Errorf("exit %d: %s", code, said)
	}
	s.free(t)
}
