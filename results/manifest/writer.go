package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"aftershock/internal/regular"
	"aftershock/results"
)

// Writer continues a run's manifest, and writes run.json, which the manifest must be ahead of. It is for one
// goroutine.
type Writer struct {
	folder string
	file   *os.File
	h      History
	failed error // why half a line may stand at the end
}

// Create begins the manifest of a new run, whose plan.txt is written already, and writes its run.json.
func Create(folder string, run results.Run) (*Writer, error) {
	plan, err := regular.Read(filepath.Join(folder, results.PlanFile))
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(folder, File), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	w := &Writer{folder: folder, file: file, h: History{begun: map[string]bool{}, place: map[string]int{}}}
	if err := w.change(run, Line{Schema: Schema, Plan: Digest(plan)}); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return w, nil
}

// Continue opens the manifest of an interrupted run and appends to it. Half a line that a kill left is removed. A
// broken manifest cannot be continued.
func Continue(folder string) (*Writer, error) {
	path := filepath.Join(folder, File)
	text, err := regular.Read(path)
	if err != nil {
		return nil, err
	}
	h, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	w := &Writer{folder: folder, file: file, h: h}
	if err := w.cutBack(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return w, nil
}

// Run writes what run.json is to hold from now on, first in the manifest and then in run.json itself.
func (w *Writer) Run(run results.Run) error { return w.change(run, Line{}) }

func (w *Writer) change(run results.Run, l Line) error {
	text, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if l.Run, err = ChangeTo(text, w.h.last(), len(w.h.Trials)); err != nil {
		return err
	}
	if l.Run != nil {
		if err := w.append(l); err != nil {
			return err
		}
	}
	return results.WriteFile(filepath.Join(w.folder, results.RunFile), text)
}

// Begin says that a trial begins, in a folder within the run's.
func (w *Writer) Begin(folder string) error { return w.append(Line{Begun: filepath.ToSlash(folder)}) }

// End records that a trial has finished, with the digest of the trial.json that it has left.
func (w *Writer) End(folder string, outcome Outcome) error {
	text, err := regular.Read(filepath.Join(w.folder, folder, results.TrialFile))
	if err != nil {
		return err
	}
	return w.append(Line{Trial: &Trial{Folder: filepath.ToSlash(folder), Outcome: outcome, SHA256: Digest(text)}})
}

// Through tells whether a trial has finished, and with what.
func (w *Writer) Through(folder string) (Trial, bool) { return w.h.Through(filepath.ToSlash(folder)) }

// Begun tells whether a trial has begun, whatever became of it.
func (w *Writer) Begun(folder string) bool { return w.h.begun[filepath.ToSlash(folder)] }

// append writes a line and syncs it. A line that could be written only in part, because the disk is full, is taken
// back, so that the run can still say how it ended.
func (w *Writer) append(l Line) error {
	if w.failed != nil {
		return w.failed
	}
	l.Number, l.At = w.h.lines+1, time.Now().UTC()
	text, digest, err := l.encode(w.h.digest)
	if err == nil {
		_, err = w.file.WriteAt(text, w.h.size)
	}
	if err == nil {
		err = w.file.Sync()
	}
	if err == nil {
		err = w.h.add(l)
	}
	if err != nil {
		w.failed = w.cutBack()
		return fmt.Errorf("%s: %w", File, errors.Join(err, w.failed))
	}
	w.h.lines, w.h.digest, w.h.size = l.Number, digest, w.h.size+int64(len(text))
	return nil
}

// cutBack takes away what stands behind the last whole line.
func (w *Writer) cutBack() error {
	if err := w.file.Truncate(w.h.size); err != nil {
		return err
	}
	return w.file.Sync()
}

// Close gives the file free. It says nothing of how the run ended: that is a change of run.json.
func (w *Writer) Close() error { return w.file.Close() }
