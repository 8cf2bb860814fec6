package main

import (
	"strings"
	"testing"
	"time"

	"aftershock/results/stat/rounds"
)

// Ours against theirs: a ratio above 1 is more than theirs. An open loop has no rate of its own.
func TestTable(t *testing.T) {
	ways, all := []way{{do: "put", callers: 50}, {do: "put", callers: 256, rate: 1000}}, taken{}
	for _, w := range ways {
		both := rounds.Taken[did]{}
		for n := range 6 {
			add := func(who string, rate float64, cpu time.Duration, mib int64) {
				both[who] = append(both[who], did{
					count: 9, rate: rate * (1 + float64(n)/1000), cpu: cpu, memory: mib << 20,
				})
			}
			add(ours, 4000, 80*time.Microsecond, 64)
			add(theirs, 5000, 40*time.Microsecond, 32)
			add(linked, 4000, 40*time.Microsecond, 32)
		}
		all[w] = both
	}
	var text strings.Builder
	if err := table(&text, ways, all); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| put, 50 callers | a second | 5012 | 4010 | 4010 | 0.80 [0.80, 0.80] | 1.00 [1.00, 1.00] |",
		"| put, 50 callers | CPU of each | 40.0 us | 40.0 us | 80.0 us | 2.00 [2.00, 2.00] |",
		"| put, 1000/s | memory | 32 MiB | 32 MiB | 64 MiB | 2.00 [2.00, 2.00] |",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "| put, 1000/s | a second") {
		t.Error("an open loop has a rate:\n" + text.String())
	}
}

// A transaction that reads or writes has a report of each.
func TestTheirRate(t *testing.T) {
	const report = "Summary:\n  Total:\t1.5 secs.\n  Requests/sec:\t5123.5\n"
	for out, want := range map[string]float64{report: 5123.5, report + report: 10247} {
		if got, err := rateIn(out); err != nil || got != want {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
	}
	for _, out := range []string{"", report + "Error distribution:\n  [3]\tetcdserver: request timed out\n"} {
		if got, err := rateIn(out); err == nil {
			t.Errorf("%q has the rate %v", out, got)
		}
	}
}

// Once the worker is there, its run is not looked through again.
func TestAWorkerIsLookedForUntilItIsThere(t *testing.T) {
	looks := 0
	pids := onceFound(func() []int {
		if looks++; looks < 3 {
			return nil
		}
		return []int{7}
	})
	for range 6 {
		pids()
	}
	if got := pids(); looks != 3 || len(got) != 1 || got[0] != 7 {
		t.Errorf("%v after %d looks", got, looks)
	}
}
