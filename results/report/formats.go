package report

import (
	"fmt"
	"io"
	"strings"

	"aftershock/internal/nearest"
	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/summary"
)

// Input is what a format may use.
type Input struct {
	Summary  summary.Summary
	Folder   string        // the run's
	Decision gate.Decision // the zero value when no policy was asked
	Program  Program       // that writes; the zero value knows no code
}

// Program is the program that writes a report: a run's code can be shown only by the one that made it.
type Program struct {
	Binary, Commit string // as in results.Environment
	// Code gives the two implementations of a fix's seam; it is false of a fix that has none of ours.
	Code func(results.Fix) (before, after string, ok bool)
}

// made tells whether the program, or one of the same code, made a run. A commit with changes beside it may be anything.
func (p Program) made(e results.Environment) bool {
	if p.Binary != "" && p.Binary == e.Binary {
		return true
	}
	return p.Commit != "" && p.Commit == e.Commit && p.Commit != "unknown" && !strings.Contains(p.Commit, "-")
}

// decided tells whether a policy was asked.
func (in Input) decided() bool {
	return in.Decision.Policy != "" || in.Decision.Result != "" || len(in.Decision.Answers) > 0
}

// Format is one way to write a run for another program.
type Format struct {
	Name  string // as people type it
	File  string // what the file is called by convention
	About string // one sentence: who reads it
	write func(io.Writer, Input) error
}

// Formats are all formats, in the order in which they are listed.
func Formats() []Format {
	return []Format{
		{"md", "summary.md", "A Markdown page for a CI job's summary, below 1 MiB whatever the run.", markdown},
		{"junit", "junit.xml", "JUnit XML for CI servers, a test case for each answer of a gate; needs a policy.",
			junit},
		{"benchfmt", "bench.txt", "Go benchmark text, a line for each trial: " + benchstatArms + ".", benchmarks},
		{"json", results.SummaryFile, "The summary itself, under docs/schema/summary-1.schema.json.", asJSON},
		{"figures", results.FiguresFile, "The summary for a folder without the run's files: compare reads it there, " +
			"and nothing else does.", figures},
		{"csv", "intervals.csv", "A row for each fix and metric with its estimate and intervals, for spreadsheets.",
			intervals},
		{"svg", "forest.svg", "A picture of the verdicts: a forest plot with intervals, pairs and verdicts, for " +
			"light and dark pages.", forest},
		{"html", "report.html", "A page for a reader who was not there: the answer, charts of every fix, tables; one " +
			"file that opens offline.", htmlPage},
		{"openmetrics", "metrics.txt", "Response times and counters second by second, for promtool tsdb " +
			"create-blocks-from openmetrics.", openMetrics},
		{"perfdash", "perfdash.json", "Medians and changes for perfdash, as kubernetes/perf-tests has them; into " +
			"$ARTIFACTS where that is set.", perfdash},
		{"hlog", results.HistogramFile, "All trials' response times as one HdrHistogram interval log, whose lines " +
			"are all tagged (Java: -tag NAME).", histograms},
	}
}

// Write writes a run in one of Formats. An unknown format is an error that names the nearest and all of them.
func Write(name string, w io.Writer, in Input) error {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			if err := f.write(w, in); err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
			return nil
		}
		names = append(names, f.Name)
	}
	return nearest.Unknown("format", name, names)
}
