package main

import (
	"math"
	"slices"
	"testing"
	"time"
)

// What etcd's benchmark prints: fifty of five thousand puts waited for the whole pause.
func TestTheirPause(t *testing.T) {
	s := stalled{puts: 5000}
	err := s.read(`
Summary:
  Total:	14.0 secs.

Response time histogram:
  0.0004 [1]	|
  0.4101 [4949]	|∎∎∎∎
  0.8198 [0]	|
  3.6877 [10]	|
  4.0974 [40]	|

Latency distribution:
  95% in 0.0051 secs.
  99% in 0.0184 secs.
  99.9% in 4.0401 secs.
`)
	if err != nil || math.Abs(s.slow-0.01) > 1e-9 || s.p99 != 18400*time.Microsecond {
		t.Errorf("%+v, %v", s, err)
	}
	if err := s.read("nothing"); err == nil {
		t.Error("no P99 is read")
	}
}

// Of sixty seconds the last second of a pause of four is not slow: three sixtieths are.
func TestWhatAStallImplies(t *testing.T) {
	if got := due(4*time.Second, 60*pauseRate); math.Abs(got-0.05) > 1e-9 {
		t.Errorf("a stall of 4 s in 60 implies %v", got)
	}
}

func TestWays(t *testing.T) {
	all, err := ways("put,range", "50,256", 1000)
	want := []way{{"put", 50, 0}, {"put", 256, 0}, {"range", 50, 0}, {"range", 256, 0}, {"put", 256, 1000}}
	if err != nil || len(all) != len(want) {
		t.Fatal(all, err)
	}
	for i := range want {
		if all[i] != want[i] {
			t.Errorf("%v, want %v", all[i], want[i])
		}
	}
	for _, bad := range [][2]string{{"puts", "50"}, {"put", "many"}, {"put", "0"}, {"", "50"}} {
		if _, err := ways(bad[0], bad[1], 0); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
	for _, w := range all {
		if args := w.args("e", 10); args[0] != w.do || !slices.Contains(args, "--total") {
			t.Errorf("%v: %v", w, args)
		}
	}
}
