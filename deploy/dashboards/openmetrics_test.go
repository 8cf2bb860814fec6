package dashboards

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/results/report"
	"aftershock/results/report/reporttest"
	"aftershock/results/summary"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// finished is a finished run as OpenMetrics text. Names hold what a label's value cannot hold as it is.
func finished(t testing.TB) []byte {
	t.Helper()
	names := []string{"plain", "a \"quoted\"\\ name\nof two lines"}
	folder := reporttest.Run{Fixes: 2, Pairs: 2, Name: func(n int) string { return names[n] }}.Write(t)
	s, err := summary.Compute(folder)
	must(t, err)
	var text bytes.Buffer
	must(t, report.Write("openmetrics", &text, report.Input{Summary: s, Folder: folder}))
	return text.Bytes()
}

// Prometheus's own parser takes the text, each sample has a time, and none comes twice or before an earlier one.
func TestOpenMetricsByPrometheusParser(t *testing.T) {
	parser := textparse.NewOpenMetricsParser(finished(t), labels.NewSymbolTable())
	last, samples, families := map[string]int64{}, 0, []string{}
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		must(t, err)
		switch entry { //nolint:exhaustive // the rest says nothing of samples
		case textparse.EntryType:
			name, _ := parser.Type()
			families = append(families, string(name))
		case textparse.EntrySeries:
			text, at, _ := parser.Series()
			if before, seen := last[string(text)]; at == nil || seen && *at <= before {
				t.Fatalf("%s at %v, after %v", text, at, before)
			}
			last[string(text)] = *at
			samples++
		}
	}
	if samples < 1000 || len(families) != 8 {
		t.Errorf("%d samples of %v", samples, families)
	}
}

// Prometheus loads the run: promtool makes blocks of it, and finds the metrics in them.
func TestOpenMetricsByPromtool(t *testing.T) {
	folder := t.TempDir()
	file, blocks := filepath.Join(folder, "metrics.txt"), filepath.Join(folder, "data")
	must(t, os.WriteFile(file, finished(t), 0o600))
	promtool(t, "tsdb", "create-blocks-from", "openmetrics", file, blocks)
	must(t, os.Mkdir(filepath.Join(blocks, "wal"), 0o700)) // a dump of Prometheus 2.42 wants one
	dump := promtool(t, "tsdb", "dump", "--match",
		`aftershock_response_seconds_count{fix="plain",phase="trigger"}`, blocks)
	if n := strings.Count(dump, "\n"); n < 4 || !strings.Contains(dump, `arm="after"`) {
		t.Errorf("%d samples of a phase are in the blocks:\n%s", n, dump)
	}
}
