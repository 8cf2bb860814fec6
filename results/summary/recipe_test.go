package summary_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

// recipe is a trial about to be written.
type recipe struct {
	trial    results.Trial
	batch    []ops.Record
	publish  []ops.Record
	silent   bool         // it has no publish stream at all
	other    bool         // it is of a workload whose streams have other names
	records  []ops.Record // of a further stream, when there are any
	counters map[string]uint64
	declared []ops.Counter
}

// step alters a recipe.
type step func(*recipe)

// The time line of every recipe. Batches come every 10 ms, but for the two capacity windows; publishes every 100 ms.
//
//	0      1         3          4         5         7          8          10 s
//	warm-up  steady    capacity   fault     trigger   capacity   recovery
func newRecipe(fix string, pair int, arm results.Arm) *recipe {
	at := func(seconds int) results.Offset { return results.Offset(time.Duration(seconds) * sec) }
	r := &recipe{
		counters: map[string]uint64{"fired": 100}, declared: []ops.Counter{{Name: "fired", Unit: "batches"}},
		trial: results.Trial{
			Schema: results.Schema, Group: fix, Block: pair, Arm: arm, Started: time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC),
			Phases: []results.Phase{
				{Name: results.WarmUp, From: 0, To: at(1)}, {Name: results.Steady, From: at(1), To: at(3)},
				{Name: results.InFault, From: at(4), To: at(8)}, {Name: results.Recovery, From: at(8), To: at(10)},
				{Name: results.UnderTrigger, From: at(5), To: at(7)},
			},
			Capacity: []results.Capacity{
				{Name: results.CapacityCalm, From: at(3), To: at(4), Workers: 2, Complete: 800, Window: sec},
				{Name: results.CapacityTrigger, From: at(7), To: at(8), Workers: 2, Complete: 600, Window: sec},
			},
			Faults: []results.Fault{
				{Event: "e1", Fault: "partition-leader", Injected: at(4), Effective: at(5), Healed: at(8)},
			},
		},
	}
	for due := time.Duration(0); due < 10*sec; due += 10 * ms {
		if due < 3*sec || 4*sec <= due && due < 7*sec || 8*sec <= due {
			r.batch = append(r.batch, batch(due))
		}
	}
	for due := time.Duration(0); due < 10*sec; due += 100 * ms {
		r.publish = append(r.publish, ops.Record{Outcome: ops.OK, Intended: int64(due), Service: ms, Aux: int64(5 * ms)})
	}
	return r
}

// batch takes 2.00 to 2.09 ms, one value as often as the next, so the median is 2.04 ms. It is built in half of that.
func batch(due time.Duration) ops.Record {
	nth := int64(due / (10 * ms))
	service := 2*ms + time.Duration(nth%10*10_000)
	return ops.Record{Outcome: ops.OK, Intended: int64(due), Service: service, Aux: int64(service / 2)}
}

// write leaves trial.json and ops.bin where a run would, and gives their folder.
func (r *recipe) write(t testing.TB, run string) string {
	t.Helper()
	slot := r.trial.Slot()
	folder := filepath.Join(run, results.TrialDir(slot, r.trial.Attempt))
	err := os.MkdirAll(folder, 0o755)
	if err == nil {
		err = r.writeOps(filepath.Join(folder, results.OpsFile))
	}
	if err == nil {
		err = results.WriteJSON(filepath.Join(folder, results.TrialFile), r.trial)
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func (r *recipe) writeOps(path string) error {
	header := ops.Header{
		Streams: []ops.Stream{
			{Name: "batch", Slots: len(r.batch), Timeout: sec},
			{Name: "publish", Slots: len(r.publish), Timeout: sec},
		},
		Counters: r.declared,
	}
	if r.other {
		header.Streams[0] = ops.Stream{Name: "request", Role: ops.Primary, Aux: "wait", Slots: len(r.batch),
			Timeout: sec}
		header.Streams[1] = ops.Stream{Name: "state", Role: ops.Snapshots, Aux: "age", Slots: len(r.publish),
			Timeout: sec}
	}
	streams := [][]ops.Record{r.batch, r.publish}
	if r.silent {
		header.Streams, streams = header.Streams[:1], streams[:1]
	}
	if len(r.records) > 0 {
		header.Streams = append(header.Streams, ops.Stream{Name: "record", Slots: len(r.records), Timeout: sec})
		streams = append(streams, r.records)
	}
	table, err := ops.Create(path, header)
	if err != nil {
		return err
	}
	for stream, records := range streams {
		for n, record := range records {
			if record.Outcome != ops.Empty {
				table.Put(stream, n, record)
			}
		}
	}
	for name, value := range r.counters {
		counter, err := table.Counter(name)
		if err != nil {
			return fmt.Errorf("counter %s: %w", name, err)
		}
		counter.Store(value)
	}
	return table.Close()
}

// phase finds the first window of a phase of the time line.
func (r *recipe) phase(name string) results.Phase {
	all := r.trial.Windows(name)
	if len(all) == 0 {
		panic("no phase " + name)
	}
	return all[0]
}
