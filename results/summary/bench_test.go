package summary_test

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"aftershock/internal/usage"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/summary"
)

// churn is a trial of leader-churn's size: batches at 1000/s and publishes at 10/s for nine seconds, lognormal, with the
// same time line. Longer makes it last times as long.
func churn(random *rand.Rand, fix string, pair int, arm results.Arm, longer int) *recipe {
	at := func(milliseconds int) results.Offset {
		return results.Offset(time.Duration(longer*milliseconds) * ms)
	}
	r := newRecipe(fix, pair, arm)
	r.trial.Phases = []results.Phase{
		{Name: results.WarmUp, From: 0, To: at(500)}, {Name: results.Steady, From: at(500), To: at(2600)},
		{Name: results.InFault, From: at(3100), To: at(8400)}, {Name: results.Recovery, From: at(8400), To: at(9200)},
		{Name: results.UnderTrigger, From: at(4000), To: at(7900)},
	}
	r.trial.Capacity[0].From, r.trial.Capacity[0].To = at(2600), at(3100)
	r.trial.Capacity[1].From, r.trial.Capacity[1].To = at(7900), at(8400)
	r.batch, r.publish = nil, nil
	for due := time.Duration(0); due < time.Duration(at(9000)); due += ms {
		service := time.Duration(2e6 * math.Exp(0.5*random.NormFloat64()))
		r.batch = append(r.batch, ops.Record{
			Outcome: ops.OK, Intended: int64(due), Lag: time.Duration(random.IntN(100_000)), Service: service, Aux: int64(service / 2),
		})
		if due%(100*ms) == 0 {
			r.publish = append(r.publish, ops.Record{Outcome: ops.OK, Intended: int64(due), Service: ms, Aux: int64(service)})
		}
	}
	return r
}

// manyFixes are as many fixes of as many pairs of churn.
func manyFixes(b *testing.B, fixes, pairs int) string {
	b.Helper()
	w := newWorld(b, repair)
	w.run.Pairs, w.run.Fixes = pairs, nil
	random := rand.New(rand.NewPCG(1, 2))
	for f := range fixes {
		fix := repair
		fix.Name = "fix" + strconv.Itoa(f)
		w.run.Fixes = append(w.run.Fixes, fix)
		for pair := 1; pair <= pairs; pair++ {
			for _, arm := range []results.Arm{results.Before, results.After} {
				r := churn(random, fix.Name, pair, arm, 1)
				r.trial.Position = w.trials
				w.trials++
				r.write(b, w.folder)
			}
		}
	}
	w.save()
	return w.folder
}

// All verdicts of 8 fixes x 15 pairs: wanted in under 2 s on 2 cores.
func BenchmarkCompute(b *testing.B) {
	folder := manyFixes(b, 8, 15)
	b.ReportAllocs()
	for b.Loop() {
		s, err := summary.Compute(folder)
		if err != nil || s.Fixes[7].Pairs.Valid != 15 {
			b.Fatalf("%v, %+v", err, s.Fixes)
		}
	}
}

// One fix while the run goes on, as --width asks for after each pair.
func BenchmarkComputeFix(b *testing.B) {
	folder := manyFixes(b, 1, 15)
	b.ReportAllocs()
	for b.Loop() {
		if f, err := summary.ComputeFix(folder, "fix0"); err != nil || f.Pairs.Valid != 15 {
			b.Fatalf("%v, %+v", err, f.Pairs)
		}
	}
}

// A run folder of 1 GB: peak-MB is the most that the process had in memory, and wanted under 200.
func BenchmarkGigabyte(b *testing.B) {
	const gigabyte, longer = 1 << 30, 14 // trials of two minutes
	w := newWorld(b, repair)
	r := churn(rand.New(rand.NewPCG(1, 2)), repair.Name, 1, results.Before, longer)
	table := readFile(b, filepath.Join(r.write(b, w.folder), results.OpsFile))
	trials := 0
	for size := 0; size < gigabyte; size += 2 * len(table) {
		for _, arm := range []results.Arm{results.Before, results.After} {
			r.trial.Block, r.trial.Arm, r.trial.Position = trials/2+1, arm, trials
			trials++
			r.writeWith(b, w.folder, table)
		}
	}
	w.run.Pairs = trials / 2
	w.save()
	b.ReportAllocs()
	if err := usage.ForgetPeak(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := summary.Compute(w.folder)
		if err != nil || s.Fixes[0].Pairs.Valid != trials/2 {
			b.Fatalf("%v, %+v", err, s.Fixes)
		}
	}
	most, err := usage.Peak()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(most, "peak-MB")
	b.ReportMetric(float64(trials), "trials")
}

// writeWith leaves a trial whose ops.bin is copied.
func (r *recipe) writeWith(t testing.TB, run string, table []byte) {
	t.Helper()
	slot := r.trial.Slot()
	folder := filepath.Join(run, results.TrialDir(slot, r.trial.Attempt))
	err := os.MkdirAll(folder, 0o755)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, results.OpsFile), table, 0o644)
	}
	if err == nil {
		err = results.WriteJSON(filepath.Join(folder, results.TrialFile), r.trial)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
