package summary_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// alter rewrites a file through a function of its bytes.
func alter(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(data), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// isDamaged checks that the fix has no verdict, and that the trial of pair 9 after is the one that is damaged. The eight pairs
// are still there: figures are shown, and no verdict rests on them, for what is missing may be what spoke against it.
func (w *world) isDamaged(file, why string) {
	w.t.Helper()
	w.t.Logf("%s: %s", file, why)
	s := compute(w.t, w.folder)
	f := s.Fixes[0]
	if f.Pairs.Valid != 8 || len(f.Primary.After.Values) != 8 || len(f.Pairs.Invalid) != 1 || len(s.Damaged) == 0 {
		w.t.Fatalf("%+v, values %v, damaged %+v", f.Pairs, f.Primary.After.Values, s.Damaged)
	}
	d := s.Damaged[0]
	if d.File != file || !strings.HasPrefix(d.What, why) || !slices.Equal(d.Fixes, []string{"repair"}) {
		w.t.Errorf("%+v\nwant %s: %s", s.Damaged, file, why)
	}
	got := f.Pairs.Invalid[0]
	says := "damaged: " + d.File + ": " + d.What
	if got.Pair != 9 || got.Arm != results.After || got.Attempt != 0 || !strings.HasPrefix(got.Why, says) {
		w.t.Errorf("%+v\nwant %s", got, says)
	}
	if f.Verdict != stat.Inconclusive || f.Need != nil || f.Why != got.Why {
		w.t.Errorf("%v because %q", f.Verdict, f.Why)
	}
}

// A trial whose ops.bin cannot be believed is damaged and says why, also where the manifest has it as it is.
func TestBrokenTrialIsDamaged(t *testing.T) {
	last := func(data []byte) []byte { data[len(data)-1] ^= 1; return data }
	for _, c := range []struct {
		name  string
		steps []step
		spoil func(t *testing.T, path string)
		why   string
	}{
		{"a flipped bit", nil, func(t *testing.T, path string) { alter(t, path, last) },
			"offset 44152: operation 99 of stream \"publish\": corrupted: its check is"},
		{"truncated", nil, func(t *testing.T, path string) {
			alter(t, path, func(data []byte) []byte { return data[:len(data)-1] })
		}, "offset 44191: truncated: 44191 bytes of 44192"},
		{"gone", nil, func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, "open ops.bin: no such file or directory"},
		{"unbalanced batches", []step{func(r *recipe) { r.batch[123] = ops.Record{} }}, func(*testing.T, string) {},
			"the counts of stream \"batch\" do not add up: {Offered:800 OK:799 Failed:0 Missed:0"},
		{"unbalanced publishes", []step{func(r *recipe) { r.publish[0] = ops.Record{} }}, func(*testing.T, string) {},
			"the counts of stream \"publish\" do not add up: {Offered:100 OK:99 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			w.pairs(0.5)
			w.run.Pairs = 9
			w.trial(9, results.Before)
			folder := w.trial(9, results.After, append(c.steps, slower(results.UnderTrigger, 20))...)
			c.spoil(t, filepath.Join(folder, results.OpsFile))
			w.save()
			w.isDamaged("trials/repair/09-after/ops.bin", c.why)
		})
	}
}

// A trial.json that cannot be read makes its trial damaged, known by its folder's name alone.
func TestBrokenTrialFile(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5)
	w.trial(9, results.Before)
	path := filepath.Join(w.trial(9, results.After), results.TrialFile)
	alter(t, path, func(data []byte) []byte { return data[:len(data)/2] })
	w.save()
	w.isDamaged("trials/repair/09-after/"+results.TrialFile, "unexpected end of JSON input")
}

// A busy machine has much to say, and a table shows the first remarks alone: what an arm did is among them.
func TestACrashIsSaidBeforeWhatTheMachineDid(t *testing.T) {
	w := newWorld(t, repair)
	late := func(r *recipe) { r.trial.Generator.LatenessP99 = 20 * time.Millisecond }
	for pair := 1; pair <= 6; pair++ {
		w.trial(pair, results.Before, late, func(r *recipe) { r.trial.Worker.Crashed = true })
		w.trial(pair, results.After, late)
	}
	said := func(text string) int {
		return slices.IndexFunc(w.compute().Warnings, func(w summary.Warning) bool { return strings.Contains(w.What, text) })
	}
	crash, machine := said("process crashed in 6 before"), said("the load generator was late")
	if crash < 0 || machine < crash {
		t.Errorf("the crash is remark %d, and the machine %d", crash, machine)
	}
}

// A crash is an outcome: it is counted for each arm, and no pair is left out or called unexercised because of it.
func TestCrashesAreCountedAndWarnedOf(t *testing.T) {
	w := newWorld(t, repair)
	crashed := func(r *recipe) { r.trial.Worker.Crashed, r.trial.Worker.Exit = true, "exit code 2" }
	killed := func(r *recipe) { r.trial.Worker.Exit = results.KilledFromOutside + ": by whom?" }
	for pair := 1; pair <= 6; pair++ {
		more := func(*recipe) {}
		if pair <= 2 {
			more = killed
		}
		w.trial(pair, results.Before, crashed, fired(0), more) // it crashed before the trigger could hold
		w.trial(pair, results.After)
	}
	f := w.fix()
	if f.Pairs.CrashedBefore != 6 || f.Pairs.CrashedAfter != 0 || f.Pairs.NotExercised != 0 || f.Pairs.Valid != 6 {
		t.Fatalf("%+v", f.Pairs)
	}
	s, err := summary.Compute(w.folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"crashed in 6 before and 0 after trials", "of these, 2 before and 0 after were killed by SIGKILL, which the harness did not send",
	} {
		if !slices.ContainsFunc(s.Warnings, func(w summary.Warning) bool { return strings.Contains(w.What, want) }) {
			t.Errorf("no warning of %q: %+v", want, s.Warnings)
		}
	}
}

// The figures come from the operations: a valid change of those changes the figures.
func TestAlteredOperationsAlterTheFigures(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5)
	path := filepath.Join(w.trial(9, results.After, slower(results.UnderTrigger, 0.5)), results.OpsFile)
	w.trial(9, results.Before)
	before := w.fix()
	table, err := ops.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range table.Streams[0].Slots {
		record, _ := table.Get(0, n)
		record.Service *= 2
		table.Put(0, n, record)
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	after := w.fix()
	if len(after.Pairs.Invalid) > 0 {
		t.Fatalf("%+v", after.Pairs.Invalid)
	}
	was, is := before.Primary.After.Values[8], after.Primary.After.Values[8]
	if is != 2*was || before.Primary.Change.High == after.Primary.Change.High {
		t.Errorf("pair 9: %v, then %v; change %+v, then %+v", was, is, before.Primary.Change, after.Primary.Change)
	}
}
