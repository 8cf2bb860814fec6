package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/harness/live/web"
	"aftershock/internal/nearest"
	"aftershock/results"
)

// watch is all that shows a run while it goes on.
type watch struct {
	stream *live.Stream
	lines  *progress
	server *web.Server // nil without --serve
	closed bool
}

// checkWatch tells what is wrong with the flags, before anything is started.
func (f *runFlags) checkWatch() error {
	switch {
	case !slices.Contains(progressWays, f.progress):
		return fmt.Errorf("--progress: %w", nearest.Unknown("way", f.progress, progressWays))
	case f.serve.Address != "":
		return f.serve.Check()
	case f.serve.TokenFile != "":
		return errors.New("--serve-token-file is for --serve, and there is none")
	}
	return nil
}

// watches opens what the flags ask for.
func (f *runFlags) watches(lines, stderr io.Writer) (*watch, error) {
	if err := f.checkWatch(); err != nil {
		return nil, err
	}
	w := &watch{lines: newProgress(f.progress, lines, stderr)}
	if f.serve.Address == "" {
		w.stream = w.lines.streamOf(false)
		return w, nil
	}
	var err error
	if w.server, err = web.Listen(f.serve); err != nil {
		return nil, err
	}
	w.stream = w.lines.streamOf(true, w.server.Views()...)
	return w, nil
}

// announce says where the run is shown.
func (w *watch) announce(to io.Writer) {
	if w.server != nil {
		fmt.Fprintf(to, "live: http://%s/ until the run ends, with /metrics for Prometheus\n", w.server.Address())
	}
}

// operations counts a run's operations; nil where no one asks.
func (w *watch) operations() func([]harness.Operation) {
	if w.server == nil {
		return nil
	}
	return w.server.Operations
}

// stop ends the looks at the run, and wipes the line.
func (w *watch) stop() {
	w.stream.Stop()
	w.lines.stop()
}

// end tells viewers how the run ended, or with folder "" why it did not begin, and gives them a moment to fetch its
// report.
func (w *watch) end(ctx context.Context, folder string, failed error) error {
	end := live.End{Status: live.NotBegun, Folder: folder}
	if folder != "" {
		end.Status = string(results.Partial)
		if run, err := results.ReadRun(folder); err == nil {
			end.Status, end.Why = string(run.Status), run.Why
		}
		_, err := os.Stat(filepath.Join(folder, web.ReportFile))
		end.Report = err == nil
	} else if failed != nil {
		end.Why = failed.Error()
	}
	w.stream.End(end)
	if w.server == nil {
		return nil
	}
	w.closed = true
	if ctx.Err() != nil { // the user is in a hurry; viewers who are there still find the report
		hurry, cancel := context.WithTimeout(context.WithoutCancel(ctx), hurried)
		defer cancel()
		ctx = hurry
	}
	return w.server.Close(ctx)
}

// hurried is for how long an interrupted run waits for its viewers. Tests have more, on a busy machine.
var hurried = 2 * time.Second

// leave ends the server of a run whose end is not told: a page tries again, and finds the next step of a bisect.
func (w *watch) leave() {
	w.stop()
	if w.server != nil && !w.closed {
		w.closed = true
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_ = w.server.Close(ended)
	}
}
