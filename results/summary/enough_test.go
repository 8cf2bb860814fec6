package summary_test

import (
	"testing"

	"aftershock/results"
	"aftershock/results/summary"
)

func TestEnoughAsksForTheWidthAlone(t *testing.T) {
	for name, c := range map[string]struct {
		pairs, fixes int
		width        float64
		want         bool
	}{
		"narrow":               {8, 1, 0.5, true},
		"too wide":             {8, 1, 0.0001, false},
		"six of one fix":       {6, 1, 0.5, true},
		"six cannot judge two": {6, 2, 0.5, false},
		"seven can":            {7, 2, 0.5, true},
	} {
		w := newWorld(t, repair)
		for i := range c.fixes - 1 {
			other := repair
			other.Name += string(rune('a' + i))
			w.run.Fixes = append(w.run.Fixes, other)
		}
		for i, n := range noise[:c.pairs] {
			w.pair(i+1, slower(results.UnderTrigger, n))
		}
		w.save()
		got, err := summary.Enough(c.width)(w.folder, w.run.Fixes[0].Name)
		if err != nil || got != c.want {
			t.Errorf("%s: %v, want %v, %v", name, got, c.want, err)
		}
	}
	if _, err := summary.Enough(0.1)(t.TempDir(), "repair"); err == nil {
		t.Error("a folder without a run has enough")
	}
}
