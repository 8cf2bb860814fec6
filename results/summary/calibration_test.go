package summary_test

import (
	"reflect"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/summary"
)

func calibration() *results.Calibration {
	return &results.Calibration{
		Schema: results.CalibrationSchema, Made: time.Date(2026, 2, 28, 23, 0, 0, 0, time.UTC), Result: results.Sound,
		Environment: calibrated(),
		Rates: []results.FalseAlarms{
			{Metric: steady, Through: "cluster-free", Runs: 60}, {Metric: goodput, Through: "cluster-free", Runs: 60},
			{Metric: steady, Through: "cluster and faults", Runs: 12},
		},
		Checks: []results.Check{{Name: "oracle", Holds: true}, {Name: "control", Holds: true}},
	}
}

func calibrated() results.Environment {
	e := environment
	e.Host, e.Binary, e.Aftershock = "h", "b", "v0.1.0"
	return e
}

// A verdict is worth what the calibration of its machine is worth.
func TestCalibrationWarnings(t *testing.T) {
	const made = "made on 2026-02-28 with aftershock v0.1.0"
	const rests = made + ", it rests on 60 A/A runs (cluster-free) and 12 A/A runs (cluster and faults)"
	for _, c := range []struct {
		name  string
		alter func(run *results.Run)
		want  []summary.Warning
	}{
		{"sound", func(*results.Run) {}, nil},
		{"none", func(run *results.Run) { run.Calibration = nil }, []summary.Warning{
			{What: "this harness has not been calibrated on this machine", Remedy: "aftershock selftest"},
		}},
		{"another binary", func(run *results.Run) { run.Environment.Binary = "c" }, []summary.Warning{
			{What: "the calibration does not match this run (another binary): " + rests, Remedy: "aftershock selftest"},
		}},
		{"another machine", func(run *results.Run) { run.Environment.Host = "i" }, []summary.Warning{
			{What: "the calibration does not match this run (another machine): " + rests,
				Remedy: "aftershock selftest"},
		}},
		{"unsound", func(run *results.Run) {
			run.Calibration.Result = results.Unsound
			run.Calibration.Checks[0].Undecided, run.Calibration.Checks[1].Holds = true, false
		}, []summary.Warning{{
			What: "the calibration found this harness not sound on this machine (oracle undecided, control " +
				"failed): " + rests,
			Remedy: "do not rely on verdicts until aftershock selftest finds it sound",
		}}},
		{"undecided", func(run *results.Run) {
			run.Calibration.Result = results.Undecided
			run.Calibration.Checks[1] = results.Check{Name: "control", Undecided: true}
		}, []summary.Warning{{
			What:   "the calibration left checks of this harness on this machine undecided (control undecided): " + rests,
			Remedy: "repeat aftershock selftest while nothing else runs on the machine",
		}}},
		{"of a time before there were results", func(run *results.Run) { run.Calibration.Result = "" }, []summary.Warning{{
			What:   "the calibration found this harness not sound on this machine: " + rests,
			Remedy: "do not rely on verdicts until aftershock selftest finds it sound",
		}}},
		{"releases of the same minor versions", func(run *results.Run) {
			run.Environment.Go, run.Environment.Kernel, run.Environment.MemoryMB = "go1.26.9", "6.18", 16_384
			run.Environment.Aftershock, run.Environment.Commit = "v0.9.0", "fed"
		}, nil},
		{"everything differs", func(run *results.Run) {
			run.Environment = results.Environment{
				Host: "i", Binary: "c", CPU: "another", Cores: 4, GOMAXPROCS: 3, MemoryMB: 8000, Kernel: "5.10", Go: "go1.27.1",
				Etcd: "3.7.4",
			}
			run.Pinning = &results.Pinning{Worker: "2-3", Others: "0-1"}
		}, []summary.Warning{{
			What: "the calibration does not match this run (another machine; another binary; " +
				"CPU: some processor against another; cores: 2 against 4; GOMAXPROCS: 2 against 3; Go: go1.26 against go1.27; " +
				"etcd: 3.7.3 against 3.7.4; kernel: 6 against 5; memory, in MB to the nearest power of two: 16384 against 8192; " +
				"processes on all cores against worker on 2-3, others on 0-1): " + rests,
			Remedy: "aftershock selftest",
		}}},
		{"quick and unsound", func(run *results.Run) {
			run.Calibration.Result, run.Calibration.Quick, run.Calibration.Rates = results.Unsound, true, nil
		}, []summary.Warning{{
			What: "the calibration found this harness not sound on this machine: " + made +
				", a quick one that claims no false-alarm rate",
			Remedy: "do not rely on verdicts until aftershock selftest finds it sound",
		}}},
		{"another binary, and no A/A run", func(run *results.Run) {
			run.Calibration.Environment.Binary, run.Calibration.Rates = "c", nil
		}, []summary.Warning{{
			What:   "the calibration does not match this run (another binary): " + made + ", without any A/A run",
			Remedy: "aftershock selftest",
		}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			w.run.Calibration, w.run.Environment = calibration(), calibrated()
			c.alter(&w.run)
			w.pairs(0.5)
			if got := w.compute().Warnings; !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// Figures of embedded members are not to be quoted anyway.
func TestEmbeddedNeedsNoCalibration(t *testing.T) {
	w := newWorld(t, repair)
	w.run.Calibration, w.run.Cluster = nil, "embedded"
	w.pairs(0.5)
	if got := w.compute().Warnings; warned(got, "calibrated") || len(got) != 1 {
		t.Errorf("%+v", got)
	}
}
