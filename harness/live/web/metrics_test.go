package web_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/live/web"
	"aftershock/results"
	"aftershock/results/metrics"
	"aftershock/results/ops"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// scraped are the families of a scrape, in the form that the header Accept asks for.
func (s *shown) scraped(accept string) map[string]*dto.MetricFamily {
	s.t.Helper()
	r := s.request(http.MethodGet, "/metrics")
	r.Header.Set("Accept", accept)
	response := s.do(r)
	decoder := expfmt.NewDecoder(response.Body, expfmt.ResponseFormat(response.Header))
	all := map[string]*dto.MetricFamily{}
	for {
		var f dto.MetricFamily
		if decoder.Decode(&f) != nil {
			return all
		}
		all[f.GetName()] = &f
	}
}

// value is what a metric of a family with these labels is.
func value(f *dto.MetricFamily, labels ...string) (v float64, there bool) {
	for _, m := range f.GetMetric() {
		var has []string
		for _, l := range m.GetLabel() {
			has = append(has, l.GetName()+"="+l.GetValue())
		}
		if joined := strings.Join(has, " "); !containsAll(joined, labels) {
			continue
		}
		return m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount()), true
	}
	return 0, false
}

func containsAll(text string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

// A scrape of a run has every family, under the names of a finished one, with its labels.
func TestMetrics(t *testing.T) {
	s := show(t, web.Options{})
	if code, text := s.get("/metrics"); code != http.StatusOK || text != "" {
		t.Errorf("before a run: %d %q", code, text)
	}
	s.begin()
	s.trial("before")
	all := s.scraped("text/plain")
	for family, c := range map[string]struct {
		labels []string
		want   float64
	}{
		"aftershock_operations_total": {
			[]string{"arm=before", "outcome=ok", "phase=fault", "stream=batch", "run=run-1"}, 2,
		},
		"aftershock_partial_operations_total": {[]string{"fix=" + name}, 1},
		"aftershock_response_seconds":         {[]string{"arm=before", "phase=fault"}, 4},
		"aftershock_leader_changes_total":     {nil, 1},
		"aftershock_faults_active":            {[]string{"fault=" + name}, 0},
		"aftershock_generator_lag_seconds":    {nil, 0.002},
		"aftershock_standstill_seconds":       {nil, 0.03},
		"aftershock_trials_total":             {[]string{"outcome=valid"}, 1},
	} {
		if got, there := value(all[family], c.labels...); !there || got != c.want {
			t.Errorf("%s%v is %v (%v), want %v", family, c.labels, got, there, c.want)
		}
	}
	for _, f := range []string{"aftershock_operations_total", "aftershock_partial_operations_total"} {
		if v, there := value(all[f], "arm=before", "phase=recovery", "stream=batch"); !there || v != 0 {
			t.Errorf("%s of a phase that has not begun is %v (%v): no rate will have its first failures", f, v, there)
		}
	}
	for _, f := range append(metrics.Families(), metrics.Native) {
		if all[f.Name] == nil && all[f.Name+"_total"] == nil {
			t.Errorf("there is no %s", f.Name)
		}
	}
	s.trial("after") // with the fault at work, before it ends
	if v, _ := value(s.scraped("text/plain")["aftershock_operations_total"], "arm=after", "outcome=missed"); v != 1 {
		t.Errorf("the other arm has missed %v", v)
	}
}

// Prometheus, which asks for protocol buffers when it takes native histograms, has one of them without classic buckets
// beside one with.
func TestNativeAndClassicHistograms(t *testing.T) {
	s := show(t, web.Options{})
	s.begin()
	s.trial("before")
	all := s.scraped("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
	native := all["aftershock_response_native_seconds"].GetMetric()[0].GetHistogram()
	classic := all["aftershock_response_seconds"].GetMetric()[0].GetHistogram()
	if native.GetSampleCount() != 4 || len(native.GetPositiveSpan()) == 0 || len(native.GetBucket()) != 0 {
		t.Errorf("native: %v", native)
	}
	if len(classic.GetBucket()) != len(metrics.Bounds) || len(classic.GetPositiveSpan()) != 0 {
		t.Errorf("classic: %v", classic)
	}
}

// A fault is at work from its effect to its heal.
func TestFaultsAtWork(t *testing.T) {
	s := show(t, web.Options{})
	s.begin()
	s.trial("before")
	s.status.Phase = "fault"
	s.status.Slot.Arm = "after"
	s.stream.Look()
	if v, _ := value(s.scraped("text/plain")["aftershock_faults_active"], "fault="); v != 1 {
		t.Errorf("a fault is at work, and is said to be %v", v)
	}
	healed := s.status.Happened[3]
	healed.What, healed.At = "healed", 2e9
	s.status.Happened = append(s.status.Happened, healed)
	s.stream.Look()
	if v, there := value(s.scraped("text/plain")["aftershock_faults_active"], "fault="); v != 0 || !there {
		t.Errorf("after its heal it is %v, %v", v, there)
	}
}

// The text of a scrape is as Prometheus wants it.
func TestMetricsText(t *testing.T) {
	s := show(t, web.Options{})
	s.begin()
	s.trial("before")
	_, text := s.get("/metrics")
	parser := expfmt.NewTextParser(model.UTF8Validation)
	if families, err := parser.TextToMetricFamilies(bytes.NewReader([]byte(text))); err != nil || len(families) < 8 {
		t.Errorf("%d families, %v", len(families), err)
	}
}

// Operations of several arms, streams and phases may come in any order, and in any pieces.
func TestOperationsOfSeveralPlaces(t *testing.T) {
	s := show(t, web.Options{})
	s.begin()
	want := map[[3]string]float64{}
	var piece []harness.Operation
	for n := range 60 {
		arm, stream := []string{"before", "after"}[n%2], []string{"batch", "lookup"}[n/2%2]
		phase := []string{results.Steady, results.InFault, results.Recovery}[n%3]
		want[[3]string{arm, stream, phase}]++
		piece = append(piece, harness.Operation{
			Group: "g", Arm: results.Arm(arm), Phase: phase, Stream: ops.Stream{Name: stream, Timeout: time.Second},
			Outcome: ops.Record{Outcome: ops.OK, Service: time.Millisecond},
		})
		if n%7 == 0 {
			s.server.Operations(piece)
			piece = piece[:0]
		}
	}
	s.server.Operations(piece)
	all := s.scraped("text/plain")
	for at, n := range want {
		labels := []string{"arm=" + at[0], "stream=" + at[1], "phase=" + at[2]}
		for family, labels := range map[string][]string{
			"aftershock_operations_total": append(labels, "outcome=ok"), "aftershock_response_seconds": labels,
			"aftershock_response_native_seconds": labels,
		} {
			if got, _ := value(all[family], labels...); got != n {
				t.Errorf("%s%v is %v, want %v", family, labels, got, n)
			}
		}
	}
	if len(want) != 12 {
		t.Errorf("%d places were tried", len(want))
	}
}

// A scrape is not compressed, whatever the client takes: that would cost the run most of what a scrape costs.
func TestAScrapeIsNotCompressed(t *testing.T) {
	s := show(t, web.Options{})
	s.begin()
	s.trial("before")
	r := s.request(http.MethodGet, "/metrics")
	r.Header.Set("Accept-Encoding", "gzip, zstd")
	response := s.do(r)
	text, err := io.ReadAll(response.Body)
	must(t, err)
	encoded := response.Header.Get("Content-Encoding")
	if encoded != "" || !strings.Contains(string(text), "aftershock_trials_total") {
		t.Errorf("encoded as %q, %d bytes", encoded, len(text))
	}
}
