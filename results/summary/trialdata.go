package summary

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

// trialData is a trial as its files tell it, sorted out by phase.
type trialData struct {
	results.Trial
	log    *ops.Log
	phases map[string]*phaseData
}

// phaseData is what happened to the operations that were intended within a phase.
type phaseData struct {
	results.Phase
	batch, publish books
	completions    []int64 // ends of complete batches within the phase, whenever they were intended; ascending
}

// books are the operations of one stream in one phase. Latencies are in nanoseconds and ascending; response charges a
// failure at the time-out, so that no arm wins by failing fast, while the others hold successes only.
type books struct {
	ops.Books
	timeout  time.Duration
	response []int64
	service  []int64
	aux      []int64 // build time of a batch, age of a published snapshot
	rest     []int64 // service less aux: of a batch, handing it on, and waiting for one to be given back
	partial  int
}

// readTrial reads a trial's folder. A file that cannot be read makes the trial invalid, and is no reason to give up the
// run: the others are still there.
func readTrial(folder string) (*trialData, error) {
	trial, err := results.ReadTrial(folder)
	if err != nil {
		return nil, err
	}
	d := &trialData{Trial: trial, phases: map[string]*phaseData{}}
	if trial.Invalid != "" {
		return d, nil
	}
	path := filepath.Join(folder, results.OpsFile)
	if d.log, err = ops.Read(path); err != nil {
		// Without the folder: the same run in another place must give the same summary.
		d.Invalid = strings.ReplaceAll(err.Error(), path, results.OpsFile)
		return d, nil
	}
	for _, p := range trial.Phases {
		d.phases[p.Name] = &phaseData{Phase: p}
	}
	warmUp, _ := trial.Phase(results.WarmUp)
	d.phases[wholeTrial] = &phaseData{Phase: results.Phase{From: warmUp.To, To: math.MaxInt64}}
	err = errors.Join(d.sortOut(results.Batch), d.sortOut(results.Publish))
	if err != nil {
		d.Invalid = fmt.Sprintf("%s: %v", results.OpsFile, err)
	}
	return d, nil
}

// sortOut puts a stream's operations into the phases in which they were intended; phases may overlap.
func (d *trialData) sortOut(stream string) error {
	index, err := d.log.Stream(stream)
	if err != nil {
		return err
	}
	if all := d.log.Books(index); !all.Balanced() {
		return fmt.Errorf("the books of stream %q do not balance: %+v", stream, all)
	}
	timeout := d.log.Streams[index].Timeout
	for _, r := range d.log.Records(index) {
		end := results.Offset(r.Intended + int64(r.Response()))
		for _, p := range d.phases {
			if p.Holds(results.Offset(r.Intended)) {
				p.stream(stream).add(r, timeout)
			}
			if stream == results.Batch && r.Outcome == ops.OK && p.From <= end && end <= p.To {
				p.completions = append(p.completions, int64(end))
			}
		}
	}
	for _, p := range d.phases {
		b := p.stream(stream)
		b.timeout = timeout
		for _, samples := range [][]int64{b.response, b.service, b.aux, b.rest, p.completions} {
			slices.Sort(samples)
		}
	}
	return nil
}

func (p *phaseData) stream(name string) *books {
	if name == results.Publish {
		return &p.publish
	}
	return &p.batch
}

func (b *books) add(r ops.Record, timeout time.Duration) {
	b.Count(r)
	b.response = append(b.response, int64(r.Charged(timeout)))
	if r.Flags&ops.Partial != 0 {
		b.partial++
	}
	if r.Outcome != ops.OK {
		return
	}
	b.service = append(b.service, int64(r.Service))
	b.aux = append(b.aux, r.Aux)
	b.rest = append(b.rest, int64(r.Service)-r.Aux)
}

// gap is the longest time within the phase without a complete batch. Closed-loop windows are cut out: the open loop
// pauses there.
func (d *trialData) gap(p *phaseData) time.Duration {
	var longest results.Offset
	for _, span := range spans(p.Phase, d.Capacity) {
		at := span.From
		for _, c := range p.completions {
			if end := results.Offset(c); end > at && end <= span.To {
				longest, at = max(longest, end-at), end
			}
		}
		longest = max(longest, span.To-at)
	}
	return time.Duration(longest)
}

// spans is a phase without the capacity windows.
func spans(p results.Phase, cuts []results.Capacity) []results.Phase {
	left := []results.Phase{p}
	for _, c := range cuts {
		var next []results.Phase
		for _, s := range left {
			for _, part := range []results.Phase{
				{From: s.From, To: min(s.To, c.From)}, {From: max(s.From, c.To), To: s.To},
			} {
				if part.From < part.To {
					next = append(next, part)
				}
			}
		}
		left = next
	}
	return left
}
