package manifest_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/manifest"
)

// goOn continues an interrupted run.
func (w *world) goOn() {
	w.t.Helper()
	w.must(w.w.Close())
	var err error
	if w.w, err = manifest.Continue(w.folder); err != nil {
		w.t.Fatal(err)
	}
}

func TestAResumedRunKeepsItsManifest(t *testing.T) {
	w := newWorld(t)
	w.trial(1, "before")
	cut := w.leave(1, "after") // its end is lost
	w.end(results.Partial, "interrupted")
	before := w.text(manifest.File)
	w.goOn()
	if _, through := w.w.Through(dir(1, "before")); !through || !w.w.Begun(cut) || w.w.Begun(dir(2, "before")) {
		t.Error("it does not know what was run")
	}
	if _, through := w.w.Through(cut); through {
		t.Error("a trial without an end has finished")
	}
	w.run.Resumed = append(w.run.Resumed, w.run.Ended)
	w.end(results.Running, "")
	w.trial(2, "before")
	w.end(results.Complete, "")
	if text := w.text(manifest.File); !bytes.HasPrefix(text, before) {
		t.Error("what was written before was changed")
	}
	if damage := w.damage(); len(damage) > 0 {
		t.Errorf("%+v", damage)
	}
}

// A kill in the middle of a write leaves half a line. Readers leave it out, and a run that goes on writes over it.
func TestHalfALineIsWrittenOver(t *testing.T) {
	w := newWorld(t)
	w.trial(1, "before")
	half := w.text(manifest.File)
	w.put(string(half[:len(half)-30]), manifest.File)
	if damage := w.damage(); len(damage) > 0 {
		t.Errorf("a run that was killed: %+v", damage)
	}
	w.goOn()
	if _, through := w.w.Through(dir(1, "before")); through {
		t.Error("half a line says that a trial has finished")
	}
	w.trial(1, "after")
	w.end(results.Complete, "")
	if damage := w.damage(); len(damage) > 0 {
		t.Errorf("%+v", damage)
	}
}

// A kill between the manifest's line and run.json leaves run.json as it was: partial, and not damaged.
func TestAKillBetweenTheTwoWrites(t *testing.T) {
	w := newWorld(t)
	w.trial(1, "before")
	was := w.text(results.RunFile)
	w.end(results.Complete, "")
	w.put(string(was), results.RunFile)
	if damage := w.damage(); len(damage) > 0 {
		t.Errorf("%+v", damage)
	}
	w.goOn()
	w.end(results.Running, "")
	w.trial(1, "after")
	w.end(results.Complete, "")
	if damage := w.damage(); len(damage) > 0 {
		t.Errorf("after it was continued: %+v", damage)
	}
}

func TestOnlyWhatCanFollowIsWritten(t *testing.T) {
	w := newWorld(t)
	w.trial(1, "before")
	for want, err := range map[string]error{
		"begins a second time":                           w.w.Begin(dir(1, "before")),
		`"trials/01-before" is not a folder of a trial`:  w.w.Begin("trials/01-before"),
		`"trials/../.." is not a folder of a trial`:      w.w.Begin("trials/../.."),
		`"elsewhere/lock/01" is not a folder of a trial`: w.w.Begin("elsewhere/lock/01"),
		"did not begin or had finished before":           w.w.End(dir(1, "before"), manifest.Valid),
		"trials/lock/02-after/trial.json: no such file":  w.w.End(dir(2, "after"), manifest.Valid),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	w.end(results.Partial, "interrupted")
	if err := w.w.Begin(dir(2, "after")); err == nil || !strings.Contains(err.Error(), "begins in a run that is partial") {
		t.Error(err)
	}
	if damage := w.damage(); len(damage) > 0 {
		t.Errorf("what was refused left something: %+v", damage)
	}
}

func TestABrokenManifestIsNotContinued(t *testing.T) {
	w := newWorld(t)
	text := bytes.Replace(w.text(manifest.File), []byte("1000/s"), []byte("9000/s"), 1)
	w.put(string(text), manifest.File)
	if _, err := manifest.Continue(w.folder); err == nil || !strings.Contains(err.Error(), "manifest.jsonl: line 1: its digest does not follow") {
		t.Error(err)
	}
	if _, err := manifest.Create(w.folder, w.run); err == nil || !strings.Contains(err.Error(), "file exists") {
		t.Error(err)
	}
	w.must(os.Remove(w.path(manifest.File)))
	if _, err := manifest.Continue(w.folder); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Error(err)
	}
}

// A manifest that cannot be written any more says so each time.
func TestWritingAfterTheEnd(t *testing.T) {
	w := newWorld(t)
	w.must(w.w.Close())
	for range 2 {
		if err := w.w.Begin(dir(1, "before")); err == nil || !strings.Contains(err.Error(), "file already closed") {
			t.Error(err)
		}
	}
}
