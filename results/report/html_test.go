package report_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/report"
	"aftershock/results/report/reporttest"
	"aftershock/results/summary"
)

// htmlOf is the page of a run's folder.
func htmlOf(t testing.TB, folder string) string {
	t.Helper()
	return folderAs(t, "html", folder)
}

// folderAs is a run's folder in a format.
func folderAs(t testing.TB, format, folder string) string {
	t.Helper()
	s, err := summary.Compute(folder)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, format, report.Input{Summary: s, Folder: folder})
}

// drawn is the data block of a page, as page.js reads it.
type drawn struct {
	Fixes []struct {
		Arms, Sides, Phases []string
		Stream, Measure     string
		Timeout             float64
		Pairs               []struct {
			Says   string
			Trials []string
		}
		Spectra map[string][]map[string][]*float64
		Judged  struct {
			Pairs     []int
			Values    [][]float64
			Disturbed []bool
		}
		Healed struct {
			Width float64
			From  int
			Sides []map[string][]*float64
		}
	}
	Trials map[string]struct {
		Widths  map[string]float64
		Streams map[string]map[string][]*float64
		Faults  []struct {
			Name     string
			From, To float64
		}
		Leaders []struct {
			Name string
			At   float64
		}
	}
}

var dataBlock = regexp.MustCompile(`<script type="application/json" id="data">(.*)</script>`)

func dataOf(t testing.TB, text string) (d drawn) {
	t.Helper()
	found := dataBlock.FindStringSubmatch(text)
	if found == nil {
		t.Fatal("no data block of one line")
	}
	if err := json.Unmarshal([]byte(found[1]), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// The answer stands in front of all that it rests on.
func TestAPageSaysTheAnswerFirst(t *testing.T) {
	text := htmlOf(t, reporttest.Run{Fixes: 2, Pairs: 8}.Write(t))
	last := 0
	for _, want := range []string{
		"<h1>What does the loss of the leader cost, and does the fix hold?</h1>", "2026-03-01",
		`<p class="answer">While the leader is gone, 99 of 100 batches take at most`, "<svg ", `<section id="fix-1">`,
		"Latency over time",
		"Percentiles", "Complete batches and goodput", ">Recovery<", "Pairs, in the order", `<section id="fix-2">`,
		`<section id="outages">`, `<section id="machine">`, `<section id="repeat">`,
		"aftershock run leader-churn --seed 7",
	} {
		at := strings.Index(text[last:], want)
		if at < 0 {
			t.Fatalf("no %q behind what comes before it", want)
		}
		last += at
	}
}

// The slowest operation of a trial is in the data, however wide the bins are, and so is the only failure.
func TestTheWorstSecondIsNeverLost(t *testing.T) {
	const worst = 876543 * time.Microsecond
	for _, pairs := range []int{1, 12} {
		text := htmlOf(t, reporttest.Run{Fixes: 1, Pairs: pairs, Trial: func(d *reporttest.Trial) {
			d.Batch[4321].Service = worst
			d.Batch[17].Outcome, d.Batch[17].Reason = ops.Failed, ops.Rejected
		}}.Write(t))
		d := dataOf(t, text)
		if len(d.Trials) != 2*pairs {
			t.Fatalf("%d trials", len(d.Trials))
		}
		for key, trial := range d.Trials {
			most, due, ok := 0.0, 0.0, 0.0
			for i, v := range trial.Streams["batch"]["most"] {
				if v != nil {
					most = max(most, *v)
					due += *trial.Streams["batch"]["due"][i]
					ok += *trial.Streams["batch"]["ok"][i]
				}
			}
			if most != 1e6 { // the failure, at its time-out
				t.Errorf("%s: the slowest takes %v us", key, most)
			}
			second := at(trial.Streams["batch"]["most"], 4821*time.Millisecond, trial.Widths["batch"])
			if second != 876543 {
				t.Errorf("%s: the slowest success takes %v us, want %v", key, second, worst)
			}
			if due != 8200 || ok != 8199 {
				t.Errorf("%s: %v were due and %v ok", key, due, ok)
			}
		}
	}
}

// at is the value of a column's bin at a moment.
func at(column []*float64, moment time.Duration, width float64) float64 {
	if v := column[int(moment.Seconds()/width)]; v != nil {
		return *v
	}
	return math.NaN()
}

// What the charts draw is what the summary says.
func TestChartsDrawTheSummary(t *testing.T) {
	slow.Reads(t)
	folder := reporttest.Run{Fixes: 4, Pairs: 5}.Write(t)
	s, err := summary.Compute(folder)
	if err != nil {
		t.Fatal(err)
	}
	d := dataOf(t, htmlOf(t, folder))
	for i, f := range d.Fixes {
		p := s.Fixes[i].Primary
		q := 18 // of timeline.Shares: 0.99
		if p.Name == "record_took_p50" {
			q = 5
		}
		for n, side := range []summary.Side{p.Before, p.After} {
			got, want := *f.Spectra[results.UnderTrigger][n]["middle"][q], side.Median/1e3
			if math.Abs(got-want) > want/1000 {
				t.Errorf("%s: the spectrum has %v us, the summary %v", s.Fixes[i].Name, got, want)
			}
			for pair := range side.Values {
				if got, want := f.Judged.Values[n][pair], side.Values[pair]/1e3; math.Abs(got-want) > want/1000 {
					t.Errorf("%s: pair %d: %v us, want %v", s.Fixes[i].Name, f.Judged.Pairs[pair], got, want)
				}
			}
		}
	}
	if d.Fixes[3].Stream != "record" || d.Fixes[3].Measure != "time taken" || d.Fixes[0].Stream != "batch" {
		t.Errorf("%+v", d.Fixes[3])
	}
	trial := d.Trials["trials/group-1/01-before"]
	if f := trial.Faults; len(f) != 2 || f[1].Name != "partition-leader" || f[1].From != 4 || f[1].To != 8.4 {
		t.Errorf("faults %+v", trial.Faults)
	}
	if len(trial.Leaders) != 2 || trial.Leaders[0].Name != "n1" || trial.Leaders[0].At != 3.104 {
		t.Errorf("leaders %+v", trial.Leaders)
	}
}

// A stream of few operations has bins that are wide enough for a line.
func TestSparseStreamsHaveWideBins(t *testing.T) {
	d := dataOf(t, htmlOf(t, reporttest.Run{Fixes: 4, Pairs: 1}.Write(t)))
	for key, trial := range d.Trials {
		for stream, columns := range trial.Streams {
			empty := 0
			for _, v := range columns["most"] {
				if v == nil {
					empty++
				}
			}
			if empty > len(columns["most"])/5 { // the closed-loop windows
				t.Errorf("%s: %d of %d bins of %s are empty", key, empty, len(columns["most"]), stream)
			}
		}
	}
}

// Names from files are texts wherever they stand: none ends a script, opens an element or turns the reading direction.
func TestHostileNamesStayText(t *testing.T) {
	slow.Reads(t)
	hostile := []string{
		`</script><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, strings.Repeat("very-long-", 400),
		"\u202Emoc.elpmaxe\u202C \u05d0\u05d1\u05d2", "a\nb\x00c\x1b[31m", `{{.Data}}<!--`, `--></svg></style>`,
	}
	plain := htmlOf(t, reporttest.Run{Fixes: len(hostile), Pairs: 2, Trial: func(d *reporttest.Trial) {
		d.Faults[0].Fault = []string{"one-kind", "another-kind"}[d.Block%2] // as many kinds as hostile names
	}}.Write(t))
	text := htmlOf(t, reporttest.Run{Fixes: len(hostile), Pairs: 2, Name: func(n int) string { return hostile[n] },
		Edit: func(r *results.Run) {
			r.Scenario, r.Command = marshalled(t, map[string]string{"asks": hostile[0] + hostile[1]}), hostile
			r.Environment.CPU = hostile[0]
		},
		Trial: func(d *reporttest.Trial) {
			d.Faults[0].Fault = hostile[d.Block%2]
			d.Events[1].Data["leader"] = hostile[d.Block%2]
		}}.Write(t))
	for _, element := range []string{
		"<script", "</script", "<style", "</style", "<svg", "</svg", "<img", "<!--", "<meta",
	} {
		if got, want := strings.Count(text, element), strings.Count(plain, element); got != want {
			t.Errorf("%d of %q, %d where names are harmless", got, element, want)
		}
	}
	for _, r := range []string{"\u202E", "\x00", "\x1b"} {
		if strings.Contains(text, r) {
			t.Errorf("%q is in the page", r)
		}
	}
	dataOf(t, text)
}

// Whatever a run lacks, its page says so on top and has all the rest.
func TestAPageOfARunThatIsNotWhole(t *testing.T) {
	three := reporttest.Run{Fixes: 1, Pairs: 3}
	partial, oneArm, invalid := three, three, three
	partial.Edit = func(r *results.Run) { r.Status, r.Why, r.Pairs = results.Partial, "interrupted", 8 }
	oneArm.Edit = partial.Edit
	oneArm.Trial = func(d *reporttest.Trial) { d.Skip = d.Arm == results.After }
	invalid.Trial = func(d *reporttest.Trial) { d.Invalid = "the members held <different> data" }
	damaged := three.Write(t)
	if err := os.Truncate(filepath.Join(damaged, "trials/group-1/02-before", results.OpsFile), 5000); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		folder, alarm string
		trials        int
	}{
		"partial": {partial.Write(t), "interrupted", 6}, "one arm": {oneArm.Write(t), "interrupted", 3},
		"invalid": {invalid.Write(t), "6 trials left out", 6}, "damaged": {damaged, "damaged: no verdict on fix-1", 5},
	} {
		text := htmlOf(t, c.folder)
		head, rest, _ := strings.Cut(text, "</header>")
		if !strings.Contains(head, `<ul class="alarms"`) || !strings.Contains(head, c.alarm) {
			t.Errorf("%s: not said on top: %s", name, head)
		}
		if !strings.Contains(rest, "Latency over time") {
			t.Errorf("%s: no chart", name)
		}
		if d := dataOf(t, text); len(d.Trials) != c.trials {
			t.Errorf("%s: %d trials are drawn, want %d", name, len(d.Trials), c.trials)
		}
	}
}

// The largest run that is asked for gives a page that can be sent.
func TestThePageOfTheLargestRun(t *testing.T) {
	slow.Reads(t)
	text := htmlOf(t, reporttest.Run{Fixes: 8, Pairs: 15, Trial: func(d *reporttest.Trial) {
		var some []ops.Record // its bins take no less room, and the test less time
		for n := 0; n < len(d.Batch); n += 20 {
			some = append(some, d.Batch[n])
		}
		d.Batch = some
	}}.Write(t))
	if len(text) >= 3e6 {
		t.Errorf("%d bytes (wanted: below 3 MB)", len(text))
	}
	t.Logf("%d bytes", len(text))
	if d := dataOf(t, text); len(d.Trials) != 240 {
		t.Errorf("%d trials", len(d.Trials))
	}
}

// A page refers to nothing outside of it, and forbids itself to.
func TestAPageIsSelfContained(t *testing.T) {
	text := htmlOf(t, reporttest.Run{Fixes: 1, Pairs: 2}.Write(t))
	if !strings.Contains(text, `-Policy" content="default-src &#39;none&#39;; script-src &#39;sha256-`) {
		t.Error("no policy")
	}
	markup, _, _ := strings.Cut(text, `<script type="application/json"`)
	outside := regexp.MustCompile(`(?i)\b(src|href|action|srcset|data) *= *["'][^"'#]|url\(|@import|\bon\w+="|style="`)
	for _, outside := range outside.FindAllString(markup, -1) {
		t.Errorf("%s", outside)
	}
}

// The same folder gives the same page.
func TestAPageIsTheSameAgain(t *testing.T) {
	folder := reporttest.Run{Fixes: 2, Pairs: 3}.Write(t)
	if a, b := htmlOf(t, folder), htmlOf(t, folder); !bytes.Equal([]byte(a), []byte(b)) {
		t.Error("two pages of one folder differ")
	}
}

// The page of 8 fixes x 15 pairs: wanted in under 5 s.
func BenchmarkHTML(b *testing.B) {
	folder := reporttest.Run{Fixes: 8, Pairs: 15}.Write(b)
	b.ReportAllocs()
	for b.Loop() {
		htmlOf(b, folder)
	}
}
