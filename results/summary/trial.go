package summary

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"aftershock/results"
	"aftershock/results/manifest"
	"aftershock/results/ops"
)

// trialData is a trial as its files tell it: its record and its figures.
type trialData struct {
	results.Trial
	figures  map[results.Metric]figure
	kinds    []string // of the faults that it met, each once
	outages  []outage
	counters []ops.Counter
	streams  []string // those whose figures bear their name
	triggers map[string]float64
	side     results.Arm // the side of a comparison that its arm was made for
}

// read reads a trial's folder, once it was checked. What is damaged or cannot be read makes the trial invalid, and is
// no reason to give up the run: the others are still there. For an interrupted trial it returns nil.
func (r reading) read(scratch *phaseData) (*trialData, []manifest.Damage) {
	damage, cutShort := r.check.Trial(r.place())
	switch {
	case cutShort:
		return nil, nil
	case len(damage) > 0:
		return r.damaged(damage...)
	}
	record, err := results.ReadTrial(filepath.Join(r.folder, r.name))
	if errors.Is(err, os.ErrNotExist) { // only where there is no manifest that knows it
		return nil, nil
	}
	if err != nil {
		return r.unreadable(results.TrialFile, err)
	}
	own := record.Slot()
	if own != r.slot || record.Attempt != r.again {
		return r.unreadable(results.TrialFile, fmt.Errorf("it is that of group %q, block %d %s, attempt %d",
			own.Group, own.Block, own.Arm, record.Attempt))
	}
	d := &trialData{Trial: record, kinds: kindsOf(record.Faults), side: r.side}
	d.outages = joined(outagesOf(record, r.side), r.ends)
	if d.Invalid == "" && d.Interrupted {
		d.Invalid = "interrupted"
	}
	if d.Invalid == "" {
		if err := d.figure(r, scratch); err != nil {
			return r.unreadable(results.OpsFile, err)
		}
	}
	// What the figures were made of is long, and no longer needed.
	d.Phases, d.Capacity, d.Faults, d.Pinned, d.Agreement, d.Files = nil, nil, nil, nil, nil, nil
	return d, nil
}

// place is the trial's folder within the run's.
func (r reading) place() string { return path.Join(results.TrialsDir, r.slot.Group, r.name) }

// unreadable is a trial one of whose files cannot be read, or is not what it should be.
func (r reading) unreadable(file string, err error) (*trialData, []manifest.Damage) {
	// Without the folder's own path: a copy of the run must give the same summary.
	what := strings.ReplaceAll(err.Error(), filepath.Join(r.folder, r.name)+string(filepath.Separator), "")
	return r.damaged(manifest.Damage{File: path.Join(r.place(), file), What: strings.TrimPrefix(what, file+": ")})
}

// damaged is a trial that is there, and says nothing.
func (r reading) damaged(all ...manifest.Damage) (*trialData, []manifest.Damage) {
	return r.invalid("damaged: " + inWords(ofRun(all))), all
}

// invalid is a trial of which only its folder's name is known.
func (r reading) invalid(why string) *trialData {
	return &trialData{side: r.side, Trial: results.Trial{
		Group: r.slot.Group, Block: r.slot.Block, Arm: r.slot.Arm, Attempt: r.again, Invalid: why, Spoiled: true,
	}}
}

// figure reads ops.bin and computes all figures of the trial.
func (d *trialData) figure(r reading, scratch *phaseData) error {
	file, err := ops.Scan(filepath.Join(r.folder, r.name, results.OpsFile))
	if err != nil {
		return err
	}
	err = d.figureOf(&table{File: file, trial: d.Trial, back: r.back}, r.triggers, scratch)
	return errors.Join(err, file.Close())
}

func (d *trialData) figureOf(t *table, triggers []results.Trigger, scratch *phaseData) (err error) {
	if err := t.check(); err != nil {
		return err
	}
	d.triggers = map[string]float64{}
	for _, trigger := range triggers {
		if d.triggers[trigger.Counter], err = t.held(trigger); err != nil {
			return err
		}
	}
	d.counters, d.streams = t.Counters, t.plain()
	d.figures = t.figures(scratch)
	return nil
}

// table is a trial's operations, with what its record says about them.
type table struct {
	*ops.File
	trial            results.Trial
	primary, publish int     // indices of the streams; publish is -1 in a trial that publishes nothing
	back             float64 // the share of the steady goodput at which a service has recovered
}

// check finds the streams, and refuses a table that does not account for each operation.
func (t *table) check() error {
	var ok bool
	if t.primary, ok = t.Role(ops.Primary); !ok {
		return errors.New("no stream is the one by which the trial is judged")
	}
	if t.publish, ok = t.Role(ops.Snapshots); !ok {
		t.publish = -1
	}
	for index, s := range t.Streams {
		if all := t.Books(index); !all.Balanced() {
			return fmt.Errorf("the counts of stream %q do not add up: %+v", s.Name, all)
		}
	}
	return nil
}

// held reads how often, or for how long, the trial's trigger held. A counter that is not there is no 0: it would say
// that the defect was not exercised.
func (t *table) held(trigger results.Trigger) (float64, error) {
	if amount, ok := t.trial.Told(trigger.Counter); ok {
		return amount, nil
	}
	count, err := t.Counter(trigger.Counter)
	if err != nil {
		return 0, fmt.Errorf("trigger: %w", err)
	}
	if trigger.Unit == "s" {
		return time.Duration(count).Seconds(), nil
	}
	return float64(count), nil
}

func kindsOf(faults []results.Fault) (kinds []string) {
	seen := map[string]bool{}
	for _, f := range faults {
		if !seen[f.Fault] {
			seen[f.Fault] = true
			kinds = append(kinds, f.Fault)
		}
	}
	return kinds
}
