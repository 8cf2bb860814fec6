// Package fixes lists the defects and their repairs, and the instruments beside them.
package fixes

import (
	"encoding/json"
	"slices"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/scenarios/collector"
	ambiguousput "aftershock/scenarios/fixes/ambiguous-put"
	boundedgoroutine "aftershock/scenarios/fixes/bounded-goroutine"
	cancelinvalue "aftershock/scenarios/fixes/cancel-in-value"
	cancelmapleak "aftershock/scenarios/fixes/cancel-map-leak"
	collectoritself "aftershock/scenarios/fixes/collector-itself"
	contextisolation "aftershock/scenarios/fixes/context-isolation"
	"aftershock/scenarios/fixes/control"
	coupledtick "aftershock/scenarios/fixes/coupled-tick"
	detachedlogging "aftershock/scenarios/fixes/detached-logging"
	doneleak "aftershock/scenarios/fixes/done-leak"
	droppedproposal "aftershock/scenarios/fixes/dropped-proposal"
	halfopenendpoint "aftershock/scenarios/fixes/half-open-endpoint"
	keepalivesupervisor "aftershock/scenarios/fixes/keepalive-supervisor"
	lockacrossrpc "aftershock/scenarios/fixes/lock-across-rpc"
	mapgrowth "aftershock/scenarios/fixes/map-growth"
	"aftershock/scenarios/fixes/null"
	nullsteady "aftershock/scenarios/fixes/null-steady"
	orphanlease "aftershock/scenarios/fixes/orphan-lease"
	paniccontrolflow "aftershock/scenarios/fixes/panic-control-flow"
	pertrydeadline "aftershock/scenarios/fixes/per-try-deadline"
	"aftershock/scenarios/fixes/precheck"
	relistherd "aftershock/scenarios/fixes/relist-herd"
	requireleader "aftershock/scenarios/fixes/require-leader"
	retryamplification "aftershock/scenarios/fixes/retry-amplification"
	safemap "aftershock/scenarios/fixes/safe-map"
	serializablerequireleader "aftershock/scenarios/fixes/serializable-require-leader"
	timeoutperkey "aftershock/scenarios/fixes/timeout-per-key"
	watchcompaction "aftershock/scenarios/fixes/watch-compaction"
	watchlease "aftershock/scenarios/fixes/watch-lease"
	withinmargin "aftershock/scenarios/fixes/within-margin"
	"aftershock/scenarios/kv"
	"aftershock/scenarios/service"
)

// all holds every fix, in the order in which they are listed; those of a family stand together. Where several repair
// the same seam, all others run with the repair that is listed first.
var all = slices.Concat(
	[]collector.Fix{contextisolation.Fix, contextisolation.WithoutCancel, lockacrossrpc.Fix, coupledtick.Fix,
		requireleader.Fix},
	mapgrowth.Fixes, []collector.Fix{timeoutperkey.Fix, paniccontrolflow.Fix, precheck.Fix}, safemap.Fixes,
	[]collector.Fix{
		detachedlogging.Fix, boundedgoroutine.Fix, cancelmapleak.Fix, doneleak.Fix, cancelinvalue.Fix,
	},
	[]collector.Fix{ambiguousput.Fix, droppedproposal.Fix, pertrydeadline.Fix},
	[]collector.Fix{serializablerequireleader.Fix, retryamplification.Fix, halfopenendpoint.Fix},
	[]collector.Fix{watchcompaction.Fix, relistherd.Fix},
	[]collector.Fix{keepalivesupervisor.Fix}, watchlease.Fixes, []collector.Fix{orphanlease.Fix},
	[]collector.Fix{collectoritself.Fix}, []collector.Fix{null.Fix, nullsteady.Fix, control.Fix, withinmargin.Fix},
)

// Registry gives all fixes to the harness. In either arm of a fix, every other seam holds its own fix's after: two
// defects at a time would hide each other. It panics when a fix does not say how it is judged, or has arms that differ
// in more than their seam: that is a mistake in this program, and every run and test of it would be wrong.
func Registry() harness.Registry {
	r := harness.Registry{Bring: bring}
	for _, f := range all {
		fix, err := register(f)
		if err != nil {
			panic(err)
		}
		r.Fixes = append(r.Fixes, fix)
	}
	return r
}

// bring makes the fix that a scenario brings with it: its own program's, that of a load on etcd itself, or that of two
// builds of the collector.
func bring(target json.RawMessage) ([]harness.Fix, error) {
	if kv.Brings(target) {
		return kv.Fixes(target)
	}
	if b, err := collector.BuildsOf(target); err == nil && b != nil {
		return builds(*b)
	}
	return service.Fixes(target)
}

func register(f collector.Fix) (harness.Fix, error) {
	if err := f.Check(); err != nil {
		return harness.Fix{}, err
	}
	before, after := Seams(f, results.Before), Seams(f, results.After)
	if err := f.CheckArms(before, after); err != nil {
		return harness.Fix{}, err
	}
	fix := harness.Fix{Fix: f.Fix, Workload: func(side results.Arm) harness.Workload {
		return collector.New(Seams(f, side), f.Counters...)
	}}
	if f.Against == "" { // what compares phases has its figure from the scenario
		seams := before.Differing(after)
		fix.Lacking = func(s harness.Scenario) []string { return f.Lacking(seams, s) }
	}
	if !f.Instrument { // identical arms test the harness only as long as each is run for itself
		fix.Holds = func(side results.Arm) any { return Seams(f, side).Held() }
	}
	return fix, nil
}

// Seams are the collector's seams with everything repaired but, in the before arm, the one defect of this fix.
func Seams(f collector.Fix, arm results.Arm) collector.Seams {
	var s collector.Seams
	for _, other := range slices.Backward(all) {
		if other.Repairs() {
			other.After(&s)
		}
	}
	if arm == results.Before {
		f.Before(&s)
	} else {
		f.After(&s)
	}
	return s
}
