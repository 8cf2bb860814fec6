// Package metrics says what a run's metrics are called, and writes those of a finished run as OpenMetrics text with
// timestamps.
//
// The text has what a Prometheus would have that scraped the run each second and missed nothing. An operation is
// counted in the second after it was due, as everywhere else. A metric has samples where it changes, one before each
// change and one at the run's end: rates are right, and a quiet metric takes no room.
//
// https://prometheus.io/docs/specs/om/open_metrics_spec/
package metrics
