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
		Schema: results.CalibrationSchema, Made: time.Date(2026, 2, 28, 23, 0, 0, 0, time.UTC), Sound: true,
		Environment: results.Environment{Host: "h", Binary: "b", Aftershock: "v0.1.0"},
		Rates: []results.FalseAlarms{
			{Metric: steady, Through: "cluster-free", Runs: 60}, {Metric: goodput, Through: "cluster-free", Runs: 60},
			{Metric: steady, Through: "cluster and faults", Runs: 12},
		},
		Checks: []results.Check{{Name: "oracle", Holds: true}, {Name: "control", Holds: true}},
	}
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
			{What: "the calibration is that of another binary than this run's: " + rests, Remedy: "aftershock selftest"},
		}},
		{"another machine", func(run *results.Run) { run.Environment.Host = "i" }, []summary.Warning{
			{What: "the calibration is that of another machine than this run's: " + rests, Remedy: "aftershock selftest"},
		}},
		{"unsound", func(run *results.Run) {
			run.Calibration.Sound, run.Calibration.Checks[0].Undecided, run.Calibration.Checks[1].Holds = false, true, false
		}, []summary.Warning{{
			What:   "the calibration did not find this harness sound on this machine (oracle undecided, control failed): " + rests,
			Remedy: "rely on no verdict until aftershock selftest finds it sound",
		}}},
		{"quick and unsound", func(run *results.Run) {
			run.Calibration.Sound, run.Calibration.Quick, run.Calibration.Rates = false, true, nil
		}, []summary.Warning{{
			What: "the calibration did not find this harness sound on this machine: " + made +
				", a quick one that claims no false-alarm rate",
			Remedy: "rely on no verdict until aftershock selftest finds it sound",
		}}},
		{"another binary, and no A/A run", func(run *results.Run) {
			run.Calibration.Environment.Binary, run.Calibration.Rates = "c", nil
		}, []summary.Warning{{
			What:   "the calibration is that of another binary than this run's: " + made + ", without any A/A run",
			Remedy: "aftershock selftest",
		}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			w.run.Calibration, w.run.Environment.Host, w.run.Environment.Binary = calibration(), "h", "b"
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
