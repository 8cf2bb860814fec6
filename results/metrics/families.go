package metrics

import "time"

// Kind is what OpenMetrics calls the type of a family.
type Kind string

// The kinds.
const (
	Counter   Kind = "counter"
	Gauge     Kind = "gauge"
	Histogram Kind = "histogram"
)

// Family is metrics of one name, which differ in the values of their labels.
type Family struct {
	Name   string // without the endings that a format gives to a kind, such as _total
	Kind   Kind
	Unit   string // the last word of Name; empty for a count
	Help   string
	Labels []string // sorted
}

// The labels.
const (
	Arm     = "arm"
	Fault   = "fault"
	Fix     = "fix"
	Outcome = "outcome"
	Phase   = "phase"
	Run     = "run" // of every metric: it keeps runs apart in one Prometheus
	Stream  = "stream"
)

// The families. Operations of a trial whose arm several fixes share are counted for each of them: a sum over fixes
// would count them twice.
var (
	Faults = Family{
		Name: "aftershock_faults_active", Kind: Gauge, Labels: []string{Fault},
		Help: "Faults at work, from the effect to the heal.",
	}
	Lag = Family{
		Name: "aftershock_generator_lag_seconds", Kind: Gauge, Unit: "seconds",
		Help: "How late the load generator was in the trial that ended last, as P99 of all releases.",
	}
	Leaders = Family{
		Name: "aftershock_leader_changes", Kind: Counter,
		Help: "Leaders of a new term that were followed, after the beginning of their trial.",
	}
	Operations = Family{
		Name: "aftershock_operations", Kind: Counter, Labels: []string{Arm, Fix, Outcome, Phase, Stream},
		Help: "Operations that were due, by outcome: ok, failed or missed.",
	}
	Partial = Family{
		Name: "aftershock_partial_operations", Kind: Counter, Labels: []string{Arm, Fix, Phase, Stream},
		Help: "Operations that were answered in part, such as batches that lack series; they are among those ok.",
	}
	Response = Family{
		Name: "aftershock_response_seconds", Kind: Histogram, Unit: "seconds",
		Labels: []string{Arm, Fix, Phase, Stream},
		Help: "Response time of all operations from when they were due; one that failed or was missed counts at its " +
			"time-out at least.",
	}
	// Native is Response as a native histogram, which text cannot hold: a run that is under way has it alone.
	Native = Family{
		Name: "aftershock_response_native_seconds", Kind: Histogram, Unit: "seconds", Labels: Response.Labels,
		Help: "Response time as a native histogram.",
	}
	Standstill = Family{
		Name: "aftershock_standstill_seconds", Kind: Gauge, Unit: "seconds",
		Help: "The longest time for which the harness itself stood still in the trial that ended last.",
	}
	Trials = Family{
		Name: "aftershock_trials", Kind: Counter, Labels: []string{Outcome},
		Help: "Trials that ended: valid, invalid, or unread where a finished run's files cannot be read.",
	}
)

// Families are those that a finished run has, by name.
func Families() []Family {
	return []Family{Faults, Lag, Leaders, Operations, Partial, Response, Standstill, Trials}
}

// What became of a trial.
const (
	Valid   = "valid"
	Invalid = "invalid"
	Unread  = "unread"
)

// Bounds are the upper ends of a histogram's buckets but the last, which has none: 1, 2 and 5 of each power of ten.
var Bounds = []time.Duration{
	100 * time.Microsecond, 200 * time.Microsecond, 500 * time.Microsecond,
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, time.Minute,
}
