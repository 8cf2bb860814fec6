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
	sides    map[arm][]metrics.Side

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

// arm is one of a group.
type arm struct {
	group string
	name  results.Arm
}

func newMeters() *meters {
	return &meters{
		registry: prometheus.NewRegistry(), sides: map[arm][]metrics.Side{}, active: map[string]string{},
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
	for _, o := range all {
		of := arm{o.Group, o.Arm}
		if m.sides[of] == nil {
			m.sides[of] = metrics.Sides(m.run, o.Group, o.Arm)
		}
		seconds := o.Outcome.Charged(o.Stream.Timeout).Seconds()
		for _, s := range m.sides[of] {
			m.begin(side{s, o.Stream.Name})
			m.operations.WithLabelValues(s.Arm, s.Fix, o.Outcome.Outcome.String(), o.Phase, o.Stream.Name).Inc()
			if o.Outcome.Outcome == ops.OK && o.Outcome.Flags&ops.Partial != 0 {
				m.partial.WithLabelValues(s.Arm, s.Fix, o.Phase, o.Stream.Name).Inc()
			}
			m.response.WithLabelValues(s.Arm, s.Fix, o.Phase, o.Stream.Name).Observe(seconds)
			m.native.WithLabelValues(s.Arm, s.Fix, o.Phase, o.Stream.Name).Observe(seconds)
		}
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
		for _, o := range []ops.Outcome{ops.OK, ops.Failed, ops.Missed} {
			m.operations.WithLabelValues(s.Arm, s.Fix, o.String(), phase, s.stream)
		}
		m.partial.WithLabelValues(s.Arm, s.Fix, phase, s.stream)
		m.response.WithLabelValues(s.Arm, s.Fix, phase, s.stream)
		m.native.WithLabelValues(s.Arm, s.Fix, phase, s.stream)
	}
}

// phases are those in which operations can be while a trial goes on.
var phases = []string{results.WarmUp, results.Steady, results.InFault, results.Recovery, results.Outside}

func (m *meters) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 16})
}
