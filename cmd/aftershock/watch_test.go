package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/report/reporttest"
)

// values are the last values of metrics, by their name and labels, of a scrape or of OpenMetrics text.
func values(text string) map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(text) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), "} ")
		if ok && !strings.HasPrefix(line, "#") {
			value, _, _ := strings.Cut(rest, " ")
			all[strings.Replace(name, `.0"`, `"`, 1)] = value // OpenMetrics writes le="1.0"
		}
	}
	return all
}

// A run is followed by server-sent events to its end. Its last scrape says what the finished run's OpenMetrics says,
// its report is there, events are printed as well, and then nothing answers any more.
func TestARunIsFollowedToItsEnd(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	s := startServed(t, os.Args[0], t.TempDir(), "run", "testdata/free.yaml", "--out", out, "--progress", "json")
	v, err := follow(s.base)
	mustDo(t, err)
	if kind, _, err := v.next(); kind != live.Whole || err != nil {
		t.Errorf("the first message is %q, %v", kind, err)
	}
	v.await(t, live.Ended)
	scrape, err := get(s.base + "metrics")
	mustDo(t, err)
	if page, err := get(s.base + "report.html"); err != nil || !strings.Contains(page, "<!doctype html>") {
		t.Errorf("the report is %.100s, %v", page, err)
	}
	ended, printed := s.end(t)
	if ended != exitOK {
		t.Errorf("exit %d: %s", ended, printed)
	}
	counted := map[live.Kind]int{}
	for line := range strings.Lines(printed) {
		var e live.Event
		if json.Unmarshal([]byte(line), &e) == nil {
			counted[e.Kind]++
		}
	}
	if counted[live.TrialEnded] != 4 || counted[live.FixEnded] != 1 || counted[live.Ended] != 1 {
		t.Errorf("printed %v", counted)
	}
	code, text, said := aftershock("report", onlyFolder(t, out), "--format", "openmetrics")
	if code != exitOK {
		t.Fatalf("report: %d %s", code, said)
	}
	scraped, finished, same := values(scrape), values(text), 0
	for name, want := range finished {
		if strings.Contains(name, "_sum{") {
			continue // added in another order
		}
		if scraped[name] != want {
			t.Errorf("%s is %q in the last scrape, and %q of the finished run", name, scraped[name], want)
		}
		same++
	}
	if same < 30 {
		t.Errorf("%d metrics are compared", same)
	}
	s.free(t)
}

func mustDo(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What is wrong with the flags is said before anything is started, and so is a port that is taken.
func TestWatchingThatIsRefused(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	mustDo(t, err)
	defer taken.Close()
	loose := filepath.Join(t.TempDir(), "token")
	mustDo(t, os.WriteFile(loose, []byte("0123456789abcdef"), 0o600))
	mustDo(t, os.Chmod(loose, 0o644))
	for want, flags := range map[string][]string{
		`unknown way "jsn"; did you mean "json"?`: {"--progress", "jsn"},
		"needs --serve-token-file":                {"--serve", "0.0.0.0:8088"},
		"has mode 0644":                           {"--serve", "0.0.0.0:8088", "--serve-token-file", loose},
		"address already in use":                  {"--serve", taken.Addr().String()},
		"allowed: host:port":                      {"--serve", "8088"},
		"there is none":                           {"--serve-token-file", loose},
	} {
		out := t.TempDir()
		code, stdout, stderr := aftershock(append([]string{"run", "testdata/free.yaml", "--out", out}, flags...)...)
		left, err := filepath.Glob(filepath.Join(out, "*"))
		if code != exitUsage || !strings.Contains(stderr, want) || stdout != "" || len(left) > 0 || err != nil {
			t.Errorf("%v: exit %d, left %v, %v\n%s\nwant %q", flags, code, left, err, stderr, want)
		}
	}
}

// Without progress there are results alone.
func TestNoProgress(t *testing.T) {
	var log strings.Builder
	p := newProgress(progressNone, &log, &log)
	stream := p.streamOf(false)
	stream.Started(t.TempDir(), results.Run{}, func() harness.Status { return underTrial("g", results.Steady, "") })
	stream.Loaded(results.Load{})
	stream.TrialDone(results.Trial{Invalid: "why"})
	stream.Stop()
	if log.String() != "" {
		t.Errorf("%q", log.String())
	}
}

// A sparkline has its least and its most at the ends, is flat where nothing happens, and leaves a gap where nothing was
// due.
func TestSparkline(t *testing.T) {
	points := func(all ...float64) (made []live.Point) {
		for _, p99 := range all {
			made = append(made, live.Point{P99: p99})
		}
		return made
	}
	for want, of := range map[string][]live.Point{
		"": nil, "▁▁▁": points(100, 104, 102), "▁█": points(1, 1e6), "▁▅█": points(1, 10.5, 100),
		"█ ▁": points(9, 0, 1), "▁▂▃▄▅▆▇█": points(1, 2, 4, 8, 16, 32, 64, 128),
	} {
		if got := sparkline(of, 8); got != want {
			t.Errorf("%v: %q, want %q", of, got, want)
		}
	}
	if got := sparkline(points(1, 1, 1, 9, 9), 2); got != "▁▁" {
		t.Errorf("the last two: %q", got)
	}
}

// With its sparkline a line is no longer than the terminal, and begins as it does without.
func TestSparkFitsTheTerminal(t *testing.T) {
	drawn := 0
	for _, l := range lines() {
		for columns := 1; columns < 120; columns++ {
			line := describe(l.status, columns)
			got := withSpark(line, strings.Repeat("▃", sparks), columns)
			if n := utf8.RuneCountInString(got); n > columns || !strings.HasPrefix(got, line) {
				t.Fatalf("%d columns of %d: %q", n, columns, got)
			}
			if got != line {
				drawn++
			}
		}
	}
	if drawn == 0 {
		t.Error("there is room for no sparkline")
	}
}

// The line of a fix that has no files says so.
func TestAFixWithoutFiles(t *testing.T) {
	if line, err := fixLine(t.TempDir(), "fix"); err == nil {
		t.Errorf("%q", line)
	}
}

// A fix that could not be decided may be, once the others of its run are known. One alone has been decided.
func TestAFixIsUndecidedSoFar(t *testing.T) {
	either := func(t *reporttest.Trial) { // the arms take turns in being the slow one
		took := 5 * time.Millisecond
		if (t.Block%2 == 0) == (t.Arm == results.After) {
			took *= 2
		}
		for i := range t.Batch {
			t.Batch[i].Service = took
		}
	}
	for fixes, want := range map[int]string{1: ": inconclusive, ", 2: soFar} {
		folder := reporttest.Run{Fixes: fixes, Pairs: 10, Trial: either}.Write(t)
		if line, err := fixLine(folder, "fix-1"); err != nil || !strings.Contains(line, want) {
			t.Errorf("%d fixes: %q, %v, want %q", fixes, line, err, want)
		}
	}
}
