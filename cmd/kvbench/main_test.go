package main

import (
	"strings"
	"testing"
	"time"
)

// Ours against theirs: a ratio above 1 is more than theirs. An open loop has no rate of its own.
func TestTable(t *testing.T) {
	closed, open := way{callers: 50}, way{callers: 256, rate: 1000}
	b := bench{taken: map[way][2][]did{}}
	for _, w := range []way{closed, open} {
		var both [2][]did
		for n := range 6 {
			more := 1 + float64(n)/1000
			both[0] = append(both[0], did{rate: 4000 * more, cpu: 80 * time.Microsecond, memory: 64 << 20})
			both[1] = append(both[1], did{rate: 5000 * more, cpu: 40 * time.Microsecond, memory: 32 << 20})
		}
		b.taken[w] = both
	}
	var text strings.Builder
	if err := b.table(&text, []way{closed, open}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| 50 callers | puts a second | 5012 | 4010 | 0.80 [0.80, 0.80] |",
		"| 50 callers | CPU a put | 40.0 us | 80.0 us | 2.00 [2.00, 2.00] |",
		"| 1000/s | memory | 32 MiB | 64 MiB | 2.00 [2.00, 2.00] |",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "| 1000/s | puts a second") {
		t.Error("an open loop has a rate:\n" + text.String())
	}
}

func TestTheirRate(t *testing.T) {
	said := perSecond.FindStringSubmatch("Summary:\n  Total:\t1.5 secs.\n  Requests/sec:\t5123.4567\n")
	if said == nil || said[1] != "5123.4567" {
		t.Errorf("%q", said)
	}
}
