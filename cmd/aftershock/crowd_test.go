package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/harness/live"

	"golang.org/x/sys/unix"
)

// asCrowd makes the test binary those that watch a run: the value is where its page is.
const asCrowd = "TEST_AS_CROWD"

// inTheBack lets such a crowd have only the time that no other process wants.
const inTheBack = "TEST_CROWD_IN_THE_BACK"

// watchBy lets a crowd follow a run to its end. Where the cost is measured, it has only the time that no other
// process wants: viewers are on machines of their own, and what a page does with what it gets is no cost of the run.
func watchBy(base string) error {
	crowd := exec.Command(os.Args[0])
	crowd.Env = append(os.Environ(), asCrowd+"="+base)
	if *viewersPairs > 1 { // one pair decides nothing, and may run where no time is left
		crowd.Env = append(crowd.Env, inTheBack+"=1")
	}
	if text, err := crowd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, text)
	}
	return nil
}

// beCrowd is the main of such a process.
func beCrowd(base string) (code int) {
	var err error
	if os.Getenv(inTheBack) != "" {
		err = standBack()
	}
	if err := errors.Join(err, attend(base)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// standBack lets this process run where no other wants to. Threads inherit that; a second look finds those that were
// made meanwhile by one that did not have it yet.
func standBack() error {
	for range 2 {
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return err
		}
		for _, thread := range threads {
			id, err := strconv.Atoi(thread.Name())
			if err != nil {
				return err
			}
			idle := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE}
			if err := unix.SchedSetAttr(id, &idle, 0); err != nil && !errors.Is(err, unix.ESRCH) {
				return fmt.Errorf("SCHED_IDLE: %w", err)
			}
		}
	}
	return nil
}

// attend follows a run to its end, as a crowd. Each that reads must see that, and fetches the report as a page does.
func attend(base string) error {
	at, err := url.Parse(base)
	if err != nil {
		return err
	}
	quiet, err := dialSilent(at.Host)
	if err != nil {
		return err
	}
	over := make(chan struct{})
	var scraping, reading sync.WaitGroup
	var scrapes atomic.Int64
	scraping.Go(func() {
		for tick := time.Tick(scrape); ; {
			if _, err := get(base + "metrics"); err == nil {
				scrapes.Add(1)
			}
			select {
			case <-tick:
			case <-over:
				return
			}
		}
	})
	errs := make([]error, crowd-1)
	for i := range errs {
		reading.Go(func() { errs[i] = readToTheEnd(base) })
	}
	reading.Wait()
	close(over)
	scraping.Wait()
	quiet.Close()
	_, _ = get(base + "report.html") // in place of the one that did not read, for which the server would wait
	if scrapes.Load() == 0 {
		errs = append(errs, errors.New("no scrape was answered"))
	}
	return errors.Join(errs...)
}

// readToTheEnd takes each event line by line, as the event source of a browser does, and parses no JSON.
func readToTheEnd(base string) error {
	v, err := follow(base)
	if err != nil {
		return err
	}
	defer v.body.Close()
	for kind := live.Kind(""); kind != live.Ended; {
		if kind, _, err = v.next(); err != nil {
			return fmt.Errorf("a viewer was left before the end: %w", err)
		}
	}
	page, err := get(base + "report.html")
	if err == nil && !strings.Contains(page, "<!doctype html>") {
		err = io.ErrUnexpectedEOF
	}
	return err
}
