package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// written is a run in a format.
func written(t testing.TB, format string, in report.Input) string {
	t.Helper()
	var text bytes.Buffer
	if err := report.Write(format, &text, in); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestUnknownFormat(t *testing.T) {
	var text bytes.Buffer
	err := report.Write("juint", &text, input())
	want := `unknown format "juint"; did you mean "junit"? ` +
		`(allowed: md, junit, benchfmt, json, figures, csv, svg, html, openmetrics, perfdash, hlog)`
	if err == nil || err.Error() != want || text.Len() != 0 {
		t.Errorf("%v with %d bytes, want %s", err, text.Len(), want)
	}
}

func TestFormatsAreDistinct(t *testing.T) {
	names, files := map[string]bool{}, map[string]bool{}
	for _, f := range report.Formats() {
		if f.Name == "" || f.File == "" || !strings.HasSuffix(f.About, ".") || names[f.Name] || files[f.File] {
			t.Errorf("%+v", f)
		}
		names[f.Name], files[f.File] = true, true
	}
}

// The file that a run leaves and the one that a report writes are the same.
func TestJSONIsTheSummaryFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), results.SummaryFile)
	if err := results.WriteJSON(path, sample()); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := written(t, "json", input())
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var back summary.Summary
	if err := json.Unmarshal([]byte(got), &back); err != nil {
		t.Fatal(err)
	}
	var scenario bytes.Buffer
	if err := json.Compact(&scenario, back.Run.Scenario); err != nil {
		t.Fatal(err)
	}
	back.Run.Scenario = scenario.Bytes()
	if !reflect.DeepEqual(back, sample()) {
		t.Errorf("got  %+v\nwant %+v", back, sample())
	}
}

// readCSV gives each row's cells by their column.
func readCSV(t testing.TB, text string) (rows []map[string]string) {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll() // refuses rows of unequal length
	if err != nil || len(records) == 0 {
		t.Fatalf("%v:\n%s", err, text)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, cell := range record {
			row[records[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func TestCSVRoundTrip(t *testing.T) {
	rows := readCSV(t, written(t, "csv", input()))
	for _, f := range sample().Fixes {
		for _, r := range f.Rows {
			row := rows[0]
			rows = rows[1:]
			if row["fix"] != f.Name || row["metric"] != r.Name || row["phase"] != r.Phase || row["note"] != r.Note {
				t.Errorf("%v is not %s of %s", row, r.Metric, f.Name)
			}
			want := map[string]float64{"before_median": r.Before.Median, "after_median": r.After.Median}
			if c := r.Change; c != nil {
				want["change"] = c.Value
				if c.Confidence > 0 {
					want["low_95"], want["high_95"], want["low_90"], want["high_90"] = c.Low, c.High, c.Low90, c.High90
					want["p"], want["p_adjusted"], want["p_equivalence"] = c.P, c.Adjusted, c.Equivalence
					want["achieved"], want["autocorrelation"] = c.Achieved, c.Autocorrelation
					want["p_mann_whitney"] = c.MannWhitney
				}
				if c.Open == stat.OpenLow {
					delete(want, "low_95")
					delete(want, "low_90")
				}
				if row["open"] != string(c.Open) {
					t.Errorf("%s is open at %q, want %q", r.Metric, row["open"], c.Open)
				}
			}
			for _, column := range []string{
				"before_median", "after_median", "change", "low_95", "high_95", "low_90", "high_90", "p",
				"p_adjusted", "p_equivalence", "achieved", "autocorrelation", "p_mann_whitney",
			} {
				v, expected := want[column]
				got, err := strconv.ParseFloat(row[column], 64)
				if expected && (err != nil || got != v) || !expected && row[column] != "" {
					t.Errorf("%s of %s: %q, want %v", column, r.Metric, row[column], v)
				}
			}
		}
	}
	if len(rows) != 0 {
		t.Errorf("%d rows too many", len(rows))
	}
}
