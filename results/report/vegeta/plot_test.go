// Package vegeta makes the page of a run beside vegeta's plot of as many operations. It is a module of its own, so that
// vegeta is no requirement of aftershock.
package vegeta

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"aftershock/results/report"
	"aftershock/results/report/reporttest"
	"aftershock/results/summary"

	vegeta "github.com/tsenart/vegeta/v12/lib"
	"github.com/tsenart/vegeta/v12/lib/plot"
)

// From files to a page, as the commands do it: ours checks the digests of a run's folder, computes all figures and
// writes the page; theirs decodes its own encoding, the default one, and writes the plot.
func BenchmarkFiles(b *testing.B) {
	b.Run("aftershock", func(b *testing.B) {
		folder := run(b)
		measured(b, func() []byte { return page(b, folder, figures(b, folder)) })
	})
	b.Run("vegeta", func(b *testing.B) {
		file := attackFile(b)
		measured(b, func() []byte { return plotOf(b, file) })
	})
}

// The page alone, which is the best that vegeta can be given: its million results are in memory before, and are part of
// the most that it has there. Ours has the summary, and reads each operation from its file.
func BenchmarkPageAlone(b *testing.B) {
	b.Run("aftershock", func(b *testing.B) {
		folder := run(b)
		s := figures(b, folder)
		measured(b, func() []byte { return page(b, folder, s) })
	})
	b.Run("vegeta", func(b *testing.B) {
		all := attack()
		measured(b, func() []byte {
			p := newPlot()
			for i := range all {
				must(b, p.Add(&all[i]))
			}
			return written(b, p)
		})
	})
}

// What a user starts, each a process of its own, from files to a page in a file. Both were built by make.
func BenchmarkCommands(b *testing.B) {
	const bin = "../../../bin/"
	b.Run("aftershock", func(b *testing.B) {
		folder, out := run(b), pageFile(b, "aftershock")
		started(b, "", bin+"aftershock", "report", folder, "--format", "html", "--out", out)
		b.Logf("its page has the slowest operation: %v", slowestIn(b, out, `\b876543\b`))
	})
	b.Run("vegeta", func(b *testing.B) {
		file, out := attackFile(b), pageFile(b, "vegeta")
		started(b, file, bin+"vegeta", "plot", "-output", out)
		b.Logf("its page has the slowest operation: %v", slowestIn(b, out, `\b876\.543\b`))
	})
}

// The slowest of a million operations is in our page, in microseconds. Whether it is in vegeta's plot depends on what
// LTTB makes of its neighbours, and is only said (BenchmarkCommands).
func TestTheSlowestOfAMillion(t *testing.T) {
	folder := run(t)
	if !regexp.MustCompile(`\b876543\b`).Match(page(t, folder, figures(t, folder))) {
		t.Error("the page has lost the slowest operation")
	}
}

func figures(t testing.TB, folder string) summary.Summary {
	t.Helper()
	s, err := summary.Compute(folder)
	must(t, err)
	return s
}

func page(t testing.TB, folder string, s summary.Summary) []byte {
	t.Helper()
	var text bytes.Buffer
	must(t, report.Write("html", &text, report.Input{Summary: s, Folder: folder}))
	return text.Bytes()
}

// plotOf does what vegeta plot does with a file (plot.go of vegeta v12.13.0).
func plotOf(t testing.TB, file string) []byte {
	t.Helper()
	from, err := os.Open(file)
	must(t, err)
	next, p := vegeta.DecoderFor(from), newPlot()
	for {
		var r vegeta.Result
		err := next.Decode(&r)
		if errors.Is(err, io.EOF) {
			break
		}
		must(t, err)
		must(t, p.Add(&r))
	}
	must(t, from.Close())
	return written(t, p)
}

// newPlot has the options that the command has by default.
func newPlot() *plot.Plot {
	return plot.New(plot.Title("Vegeta Plot"), plot.Downsample(4000), plot.Label(plot.ErrorLabeler))
}

func written(t testing.TB, p *plot.Plot) []byte {
	t.Helper()
	p.Close()
	var text bytes.Buffer
	_, err := p.WriteTo(&text)
	must(t, err)
	return text.Bytes()
}

// attackFile holds a million results as vegeta attack leaves them, without bodies and headers.
func attackFile(t testing.TB) string {
	t.Helper()
	file, err := os.Create(filepath.Join(reporttest.InMemory(t), "results.bin"))
	must(t, err)
	into := bufio.NewWriter(file)
	encode := vegeta.NewEncoder(into)
	for _, r := range attack() {
		must(t, encode.Encode(&r))
	}
	must(t, errors.Join(into.Flush(), file.Close()))
	return file.Name()
}

func slowestIn(t testing.TB, file, pattern string) bool {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	return regexp.MustCompile(pattern).Match(text) && strings.Contains(string(text), "</html>")
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
