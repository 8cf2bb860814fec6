package dashboards

import "testing"

// Debian's promtool takes the configuration, and the alerts are raised when they should be.
func TestConfigurationByPromtool(t *testing.T) {
	promtool(t, "check", "config", "../prometheus/prometheus.yml")
	promtool(t, "test", "rules", "../prometheus/alerts_test.yml")
}
