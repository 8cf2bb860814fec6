// Package fixes lists the defects and their repairs, and the instruments beside them.
package fixes

import (
	"aftershock/harness"
	"aftershock/results"
	"aftershock/scenarios/collector"
	contextisolation "aftershock/scenarios/fixes/context-isolation"
	"aftershock/scenarios/fixes/control"
	lockacrossrpc "aftershock/scenarios/fixes/lock-across-rpc"
	"aftershock/scenarios/fixes/null"
	nullsteady "aftershock/scenarios/fixes/null-steady"
	withinmargin "aftershock/scenarios/fixes/within-margin"
)

// all holds every fix, in the order in which they are listed.
var all = []collector.Fix{
	contextisolation.Fix, lockacrossrpc.Fix,
	null.Fix, nullsteady.Fix, control.Fix, withinmargin.Fix,
}

// Registry gives all fixes to the harness. In either arm of a fix, every other seam holds its own fix's after: two
// defects at a time would hide each other.
func Registry() harness.Registry {
	var r harness.Registry
	for _, f := range all {
		r.Fixes = append(r.Fixes, harness.Fix{Fix: f.Fix, Workload: func(arm results.Arm) harness.Workload {
			return collector.New(Seams(f, arm))
		}})
	}
	return r
}

// Seams are the collector's seams with everything repaired but, in the before arm, the one defect of this fix.
func Seams(f collector.Fix, arm results.Arm) collector.Seams {
	var s collector.Seams
	for _, other := range all {
		if !other.Instrument {
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
