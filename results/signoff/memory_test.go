package signoff_test

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync/atomic"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/report/reporttest"
	"aftershock/results/signoff"
)

// mostPerTrial is what each further trial may add to the memory that is in use at once: its figures, those of its pair,
// and both in the evidence, as text and decoded. A tree of the evidence or of the summary takes several times as much.
const mostPerTrial = 26 << 10

// A run of thousands of trials is verified in little memory, because little of each is kept.
func TestTrialsTakeLittleMemory(t *testing.T) {
	slow.Reads(t)
	const few, many, pairs = 1, 5, 16
	measure := func(fixes int) uint64 {
		q := signed(t, folderOf(t, options{fixes: fixes, pairs: pairs, trial: short})).question(t)
		return mostInUse(func() {
			_, err := signoff.Verify(t.Context(), q)
			must(t, err)
		})
	}
	low, high := measure(few), measure(many)
	perTrial := (int64(high) - int64(low)) / (2 * pairs * (many - few))
	if t.Logf("%d bytes, %d bytes, %d a trial", low, high, perTrial); perTrial > mostPerTrial {
		t.Errorf("a trial adds %d bytes to what is in use at once (allowed: %d)", perTrial, mostPerTrial)
	}
}

// short leaves out most operations but those of the trigger: they take time, and none of the memory that is asked for.
func short(trial *reporttest.Trial) {
	trigger := trial.Windows(results.UnderTrigger)[0]
	n := 0
	trial.Batch = slices.DeleteFunc(trial.Batch, func(r ops.Record) bool {
		n++
		return n%8 > 0 && !trigger.Holds(results.Offset(r.Intended))
	})
}

// mostInUse is the most of the heap that any collection found in use while do ran.
func mostInUse(do func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // many collections
	var most atomic.Uint64
	var over atomic.Bool
	var watch func(int)
	watch = func(int) { // after each collection, as the object of the one before is gone
		if over.Load() {
			return
		}
		most.Store(max(most.Load(), inUse()))
		runtime.AddCleanup(new([64]byte), watch, 0)
	}
	runtime.GC()
	watch(0)
	do()
	over.Store(true)
	return most.Load()
}

// inUse is what the last collection found in use.
func inUse() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
