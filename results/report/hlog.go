package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aftershock/internal/regular"
	"aftershock/results"
	"aftershock/results/hlog"
	"aftershock/results/summary"
)

// histograms writes the interval logs of all trials as one, tagged <fix>.<arm>.<pair>.<stream>.<phase>[.ok] and
// counted from the beginning of the first. A pair that was run again is named like its folder, 03-again1; a trial
// that could not be judged has -invalid behind its pair, and one whose log cannot be read is left out with a comment.
func histograms(w io.Writer, in Input) error {
	logs, missing, err := trialLogs(in)
	if err != nil {
		return err
	}
	base := time.UnixMilli(0)
	if len(logs) > 0 {
		base = logs[0].began
	}
	out, err := hlog.NewMerger(w, base)
	if err != nil {
		return err
	}
	logs, unread := readable(logs, base)
	for _, m := range append(missing, unread...) {
		// Without the folder's own path: a copy of the run must give the same log.
		why := strings.ReplaceAll(m.why.Error(), in.Folder+string(filepath.Separator), "")
		if err := out.Comment(plain("Left out: " + m.tag + ": " + why)); err != nil {
			return err
		}
	}
	for _, l := range logs {
		log, err := readLog(l.path, base)
		if err == nil {
			err = out.Add(l.tag, log)
		}
		if err != nil {
			return err
		}
	}
	return out.Close()
}

// readable separates the logs that can be read from the others. Each log is read here, and again when it is written:
// the head has to say which logs are left out, and all logs together are too much to keep.
func readable(logs []trialLog, base time.Time) (whole, unread []trialLog) {
	for _, l := range logs {
		if _, l.why = readLog(l.path, base); l.why != nil {
			unread = append(unread, l)
		} else {
			whole = append(whole, l)
		}
	}
	return whole, unread
}

// trialLog is the place of a trial's log, or why it has none. The logs themselves are read one at a time: a run has
// hundreds.
type trialLog struct {
	path, tag string
	began     time.Time
	why       error
}

// trialLogs finds the trials of a run: those that began, in the order of their times, and the others.
func trialLogs(in Input) (logs, missing []trialLog, err error) {
	for _, g := range in.Summary.Run.Groups {
		below := filepath.Join(in.Folder, results.TrialsDir, g.Name)
		entries, err := os.ReadDir(below)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, err
		}
		for _, e := range entries {
			if e.Type().IsRegular() {
				continue
			}
			l := trialLogOf(filepath.Join(below, e.Name()), g.Name)
			if d, is := damageOf(in.Summary.Damaged, path.Join(results.TrialsDir, g.Name, e.Name())); is {
				l.why = errors.New("damaged: " + d.File + ": " + d.What)
			}
			if l.why == nil {
				logs = append(logs, l)
			} else {
				missing = append(missing, l)
			}
		}
	}
	slices.SortStableFunc(logs, func(a, b trialLog) int { return a.began.Compare(b.began) })
	return logs, missing, nil
}

// damageOf finds what is damaged in a trial's folder, of the folder itself, or above it.
func damageOf(all []summary.Damage, folder string) (summary.Damage, bool) {
	for _, d := range all {
		if d.File == folder || strings.HasPrefix(d.File, folder+"/") || strings.HasPrefix(folder, d.File+"/") {
			return d, true
		}
	}
	return summary.Damage{}, false
}

func trialLogOf(folder, group string) trialLog {
	pair, arm, _ := strings.Cut(filepath.Base(folder), "-")
	if i := strings.LastIndex(arm, "-again"); i >= 0 {
		arm, pair = arm[:i], pair+arm[i:]
	}
	trial, err := results.ReadTrial(folder)
	if err == nil && trial.Epoch.UnixMilli() < 0 {
		err = errors.New("it never began")
	}
	if err == nil && (trial.Invalid != "" || trial.Interrupted) {
		pair += "-invalid"
	}
	return trialLog{
		path: filepath.Join(folder, results.HistogramFile), tag: tagWord(group) + "." + tagWord(arm) + "." + tagWord(pair),
		began: trial.Epoch.Truncate(time.Millisecond), why: err,
	}
}

// readLog reads a trial's log, whose times must not begin before the run's.
func readLog(path string, base time.Time) (log hlog.Log, err error) {
	file, err := regular.Open(path)
	if err != nil {
		return log, err
	}
	defer file.Close()
	if log, err = hlog.Read(file); err == nil && log.Base.Before(base) {
		err = fmt.Errorf("it begins at %v, before the run's first trial", log.Base)
	}
	if err != nil {
		return hlog.Log{}, fmt.Errorf("%s: %w", path, err)
	}
	return log, nil
}

// tagWord makes a name a part of a tag, in which dots separate and commas end.
func tagWord(s string) string {
	return cmp.Or(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, s), "_")
}
