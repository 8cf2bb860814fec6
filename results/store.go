package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aftershock/internal/regular"
)

// The files of a run's folder, and of a trial's.
const (
	RunFile     = "run.json"
	PlanFile    = "plan.txt"
	SummaryFile = "summary.json"
	FiguresFile = "figures.json" // a summary apart from its run, in a folder that is no run's
	TrialsDir   = "trials"
	PilotDir    = "pilot" // of a pilot while it runs

	// RegistrationFile is what was signed before the run, in runs that were pre-registered.
	RegistrationFile = "registration.intoto.jsonl"

	TrialFile     = "trial.json"
	OpsFile       = "ops.bin"
	HistogramFile = "latency.hlog"
	EventsFile    = "events.jsonl"
)

// The counters of the table that all builders share, which the analysis knows by name.
const (
	TableReads = "table_reads" // reads of it
	TableHits  = "table_hits"  // those of them that found a value
)

// NewID names a run: when, what, and with which seed.
func NewID(started time.Time, scenario string, seed uint64) string {
	return fmt.Sprintf("%s-%s-%d", started.UTC().Format("20060102T150405Z"), scenario, seed)
}

// TrialDir is a trial's place within a run's folder; a block that is run again gets places of its own.
func TrialDir(slot Slot, attempt int) string {
	name := fmt.Sprintf("%02d-%s", slot.Block, slot.Arm)
	if attempt > 0 {
		name += fmt.Sprintf("-again%d", attempt)
	}
	return filepath.Join(TrialsDir, slot.Group, name)
}

// WriteJSON writes a file under a temporary name, syncs and renames it, so that no reader ever sees half of it.
func WriteJSON(path string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return WriteFile(path, append(data, '\n'))
}

// WriteFile writes a whole file under a temporary name, syncs and renames it.
func WriteFile(path string, data []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if _, err := file.Write(data); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := errors.Join(file.Chmod(0o644), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// WriteEvents writes events.jsonl, a line an event.
func WriteEvents(path string, events []Event) error {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	for _, e := range events {
		if err := encoder.Encode(e); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return WriteFile(path, []byte(text.String()))
}

// ReadEvents reads events.jsonl.
func ReadEvents(path string) ([]Event, error) {
	data, err := regular.Read(path)
	if err != nil {
		return nil, err
	}
	var events []Event
	for line := range bytes.Lines(data) {
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, len(events)+1, err)
		}
		events = append(events, e)
	}
	return events, nil
}

// ReadRun reads run.json of a run's folder.
func ReadRun(folder string) (Run, error) {
	var run Run
	if err := ReadJSON(filepath.Join(folder, RunFile), &run); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			_, lacking := os.Stat(filepath.Join(folder, FiguresFile))
			return run, &NoRunError{Folder: folder, Figures: lacking == nil}
		}
		return run, err
	}
	run.upgrade()
	return run, nil
}

// NoRunError is a folder that is no run's.
type NoRunError struct {
	Folder  string
	Figures bool // it has FiguresFile
}

func (e *NoRunError) Error() string {
	if e.Figures {
		return fmt.Sprintf("%s holds figures only (%s): without the run's files there is nothing but compare %s",
			e.Folder, FiguresFile, e.Folder)
	}
	return fmt.Sprintf("%s is not a run's folder: it has no %s", e.Folder, RunFile)
}

// ReadTrial reads trial.json of a trial's folder.
func ReadTrial(folder string) (Trial, error) {
	var trial Trial
	err := ReadJSON(filepath.Join(folder, TrialFile), &trial)
	return trial, err
}

// ReadJSON reads one file, and refuses one whose schema is newer than this program's, or absent. The schema is read
// before all else, because in a newer file any other field may have another type.
func ReadJSON(path string, into any) error {
	data, err := regular.Read(path)
	if err != nil {
		return err
	}
	var version struct {
		Schema int `json:"schema"`
	}
	if err := unmarshal(path, data, &version); err != nil {
		return err
	}
	if version.Schema < 1 || version.Schema > Schema {
		return fmt.Errorf("%s: schema %d cannot be read (this program knows 1 to %d)", path, version.Schema, Schema)
	}
	return unmarshal(path, data, into)
}

// unmarshal says where in a file the JSON is not what it should be.
func unmarshal(path string, data []byte, into any) error {
	err := json.Unmarshal(data, into)
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("%s: byte %d: %w", path, syntax.Offset, err)
	case errors.As(err, &mismatch):
		return fmt.Errorf("%s: byte %d: %w", path, mismatch.Offset, err)
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
