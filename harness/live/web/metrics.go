package web

import (
	"net/http"
	"sync"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/results"
	"aftershock/results/metrics"
	"aftershock/results/ops"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// meters are a run's metrics for Prometheus, under the names of package metrics.
type meters struct {
	mu       sync.Mutex
	registry *prometheus.Registry
	run      results.Run
	counted  map[place][]*series // one for each fix's arm

	operations, partial, leaders, trials *prometheus.CounterVec
	faults, lag, standstill              *prometheus.GaugeVec
	// Two metrics: with native histograms switched on, Prometheus does not store the classic buckets of a histogram
	// that has both.
	response, native *prometheus.HistogramVec

	active map[string]string // fault at work, by its event
	seen   map[string]bool   // faults that ever were
	opened map[side]bool     // whose series are there
}

// side is a fix's arm, and a stream of it.
type side struct {
	metrics.Side
	stream string
}

// place is where operations are counted: an arm of a group, a stream and a phase.
type place struct {
	group  string
	arm    results.Arm
	stream string
	phase  string
}

// series are those in which the operations of a place are counted, for one fix's arm. To find a series by its labels
// takes longer than to count in it, so that they are found once.
type series struct {
	ok, failed, missed, partial prometheus.Counter
	response, native            prometheus.Observer
}

// count counts an operation that took so many seconds.
func (s *series) count(o ops.Record, seconds float64) {
	switch o.Outcome {
	case ops.OK:
		s.ok.Inc()
		if o.Flags&ops.Partial != 0 {
			s.partial.Inc()
		}
	case ops.Failed:
		s.failed.Inc()
	case ops.Missed:
		s.missed.Inc()
	case ops.Empty: // none is handed on
	}
	s.response.Observe(seconds)
	s.native.Observe(seconds)
}

func newMeters() *meters {
	return &meters{
		registry: prometheus.NewRegistry(), counted: map[place][]*series{}, active: map[string]string{},
		seen: map[string]bool{}, opened: map[side]bool{},
	}
}

// The native histogram has a bucket for each tenth: a quantile of it is within 5 %.
const (
	nativeFactor  = 1.1
	nativeBuckets = 160
)

// open registers the metrics of a run.
func (m *meters) open(run results.Run) {
	m.run = run
	constant := prometheus.Labels{metrics.Run: run.ID}
	counter := func(f metrics.Family) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: f.Name + "_total", Help: f.Help, ConstLabels: constant,
		}, f.Labels)
		m.registry.MustRegister(v)
		return v
	}
	gauge := func(f metrics.Family) *prometheus.GaugeVec {
		v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: f.Name, Help: f.Help, ConstLabels: constant}, f.Labels)
		m.registry.MustRegister(v)
		return v
	}
	histogram := func(f metrics.Family, o prometheus.HistogramOpts) *prometheus.HistogramVec {
		o.Name, o.Help, o.ConstLabels = f.Name, f.Help, constant
		v := prometheus.NewHistogramVec(o, f.Labels)
		m.registry.MustRegister(v)
		return v
	}
	m.operations, m.partial = counter(metrics.Operations), counter(metrics.Partial)
	m.leaders, m.trials = counter(metrics.Leaders), counter(metrics.Trials)
	m.faults, m.lag, m.standstill = gauge(metrics.Faults), gauge(metrics.Lag), gauge(metrics.Standstill)
	var bounds []float64
	for _, b := range metrics.Bounds {
		bounds = append(bounds, b.Seconds())
	}
	m.response = histogram(metrics.Response, prometheus.HistogramOpts{Buckets: bounds})
	m.native = histogram(metrics.Native, prometheus.HistogramOpts{
		NativeHistogramBucketFactor: nativeFactor, NativeHistogramMaxBucketNumber: nativeBuckets,
	})
	m.leaders.WithLabelValues()
	for _, outcome := range []string{metrics.Valid, metrics.Invalid} {
		m.trials.WithLabelValues(outcome)
	}
}

// Take follows the run.
func (m *meters) Take(e live.Event, _ *live.State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch e.Kind {
	case live.Began:
		m.open(e.Run.Record)
	case live.Happened:
		m.happened(*e.Happened)
	case live.TrialEnded:
		m.trialEnded(e.Record)
	case live.Loaded, live.Now, live.FixEnded, live.Ended:
	}
}

func (m *meters) happened(mark live.Mark) {
	switch mark.Stage {
	case "": // another leader
		m.leaders.WithLabelValues().Inc()
		return
	case "effective", "done":
		m.active[mark.Event], m.seen[mark.Fault] = mark.Fault, true
	case "healed", "recovered", "failed", "cut short":
		delete(m.active, mark.Event)
	}
	m.count()
}

// count sets for each fault that was ever at work whether it is.
func (m *meters) count() {
	for f := range m.seen {
		m.faults.WithLabelValues(f).Set(0)
	}
	for _, f := range m.active {
		m.faults.WithLabelValues(f).Set(1)
	}
}

func (m *meters) trialEnded(t results.Trial) {
	clear(m.active)
	m.count()
	m.lag.WithLabelValues().Set(t.Generator.LatenessP99.Seconds())
	if s := t.Machine.Standstill; s != nil {
		m.standstill.WithLabelValues().Set(s.Longest.Seconds())
	}
	outcome := metrics.Valid
	if t.Invalid != "" || t.Interrupted {
		outcome = metrics.Invalid
	}
	m.trials.WithLabelValues(outcome).Inc()
}

// Operations counts operations. The run has begun by then.
func (m *meters) Operations(all []harness.Operation) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var at place
	var into []*series
	for i := range all {
		o := &all[i]
		// Those of one place mostly follow each other.
		if of := (place{o.Group, o.Arm, o.Stream.Name, o.Phase}); into == nil || of != at {
			at, into = of, m.seriesOf(of)
		}
		seconds := o.Outcome.Charged(o.Stream.Timeout).Seconds()
		for _, s := range into {
			s.count(o.Outcome, seconds)
		}
	}
}

// seriesOf finds the series of a place.
func (m *meters) seriesOf(at place) []*series {
	if all, ok := m.counted[at]; ok {
		return all
	}
	all := []*series{}
	for _, s := range metrics.Sides(m.run, at.group, at.arm) {
		m.begin(side{s, at.stream})
		all = append(all, m.series(side{s, at.stream}, at.phase))
	}
	m.counted[at] = all
	return all
}

// series finds those of a stream in a phase, or makes them.
func (m *meters) series(s side, phase string) *series {
	operations := func(o ops.Outcome) prometheus.Counter {
		return m.operations.WithLabelValues(s.Arm, s.Fix, o.String(), phase, s.stream)
	}
	return &series{
		ok: operations(ops.OK), failed: operations(ops.Failed), missed: operations(ops.Missed),
		partial:  m.partial.WithLabelValues(s.Arm, s.Fix, phase, s.stream),
		response: m.response.WithLabelValues(s.Arm, s.Fix, phase, s.stream),
		native:   m.native.WithLabelValues(s.Arm, s.Fix, phase, s.stream),
	}
}

// begin makes the series of a stream with its first operation: Prometheus takes no increase from a series that was not
// there before, so that the failures with which a fault begins would be in no rate.
func (m *meters) begin(s side) {
	if m.opened[s] {
		return
	}
	m.opened[s] = true
	for _, phase := range phases {
		m.series(s, phase)
	}
}

// phases are those in which operations can be while a trial goes on.
var phases = []string{results.WarmUp, results.Steady, results.InFault, results.Recovery, results.Outside}

// handler answers scrapes, without compression: that took a quarter of a scrape's processor time on the machine that
// measures, and 40 kB a second are little to a network that the run does not use.
func (m *meters) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 16, DisableCompression: true})
}
