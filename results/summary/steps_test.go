package summary_test

import (
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

// slower multiplies the time that batches take which are due in a phase.
func slower(phase string, factor float64) step {
	return eachBatch(phase, func(_ int, b *ops.Record) {
		b.Service = time.Duration(factor * float64(b.Service))
		b.Aux = int64(factor * float64(b.Aux))
	})
}

// eachBatch alters the batches that are due in a phase; n counts them from 0.
func eachBatch(phase string, alter func(n int, b *ops.Record)) step {
	return func(r *recipe) {
		p, n := r.phase(phase), 0
		for i := range r.batch {
			if p.Holds(results.Offset(r.batch[i].Intended)) {
				alter(n, &r.batch[i])
				n++
			}
		}
	}
}

// become gives the batches that are due in a phase another end, the first some of them.
func become(phase string, some int, end ops.Record) step {
	return eachBatch(phase, func(n int, b *ops.Record) {
		if n < some {
			due := b.Intended
			*b = end
			b.Intended = due
		}
	})
}

// How a batch may end, other than well.
var (
	refused = ops.Record{Outcome: ops.Failed, Reason: ops.Rejected, Service: time.Microsecond}
	missed  = ops.Record{Outcome: ops.Missed, Reason: ops.QueueExpired, Lag: sec}
	partial = ops.Record{Outcome: ops.OK, Service: 2 * ms, Flags: ops.Partial}
)

// fired sets the trigger's counter.
func fired(count uint64) step { return func(r *recipe) { r.counters["fired"] = count } }

// capacity sets how many complete batches a closed-loop window made.
func capacity(window string, complete uint64) step {
	return func(r *recipe) {
		for i := range r.trial.Capacity {
			if r.trial.Capacity[i].Name == window {
				r.trial.Capacity[i].Complete = complete
			}
		}
	}
}

// invalid makes a trial one that cannot be judged, by no arm's doing.
func invalid(why string) step {
	return func(r *recipe) { r.trial.Invalid, r.trial.Spoiled = why, true }
}

// failed makes a trial one that cannot be judged by what its arm went through.
func failed(why string) step { return func(r *recipe) { r.trial.Invalid = why } }

// interrupted makes a trial one that was ended from outside.
func interrupted(r *recipe) { r.trial.Invalid, r.trial.Interrupted = "interrupted: SIGINT", true }

// of makes a trial one of another fix.
func of(fix string) step { return func(r *recipe) { r.trial.Group = fix } }

// machine sets what the machine did during a trial.
func machine(m results.Machine) step { return func(r *recipe) { r.trial.Machine = m } }

// clusterFree takes away what a trial without a cluster lacks: fault, trigger, recovery, and all publishing.
func clusterFree(r *recipe) {
	r.trial.Phases, r.trial.Capacity, r.trial.Faults = r.trial.Phases[:2], r.trial.Capacity[:1], nil
	r.publish, r.silent = nil, true
}

// again makes a trial one of a pair that is run again.
func again(attempt int) step { return func(r *recipe) { r.trial.Attempt = attempt } }

// lasting moves the end of a phase.
func lasting(phase string, length time.Duration) step {
	return func(r *recipe) {
		for i := range r.trial.Phases {
			if p := &r.trial.Phases[i]; p.Name == phase {
				p.To = p.From.Add(length)
			}
		}
	}
}
