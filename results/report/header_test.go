package report_test

import (
	"bytes"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

func detail(t *testing.T, s summary.Summary) string {
	t.Helper()
	var text bytes.Buffer
	if err := report.Detail(&text, s); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// What a run did not do is not spoken of, and what it did is said once.
func TestHeader(t *testing.T) {
	for name, c := range map[string]struct {
		change        func(*summary.Summary)
		says, without string
	}{
		"pinned":           {func(*summary.Summary) {}, "\npinned: worker to cores 2-3,", ""},
		"not pinned":       {func(s *summary.Summary) { s.Run.Pinning = nil }, "", "pinned"},
		"no time limit":    {func(s *summary.Summary) { s.Run.Stop.MaxTime = 0 }, "at most 20 a fix; never by", ""},
		"fixed pairs":      {func(s *summary.Summary) { s.Run.Stop = nil }, "", "stopped"},
		"not measured":     {func(s *summary.Summary) { s.Noise = summary.Noise{} }, "", "machine over"},
		"before":           {func(*summary.Summary) {}, "machine before the run: 2 cores, others use 30 %, steal 1 %; waited 4 s for calm before its blocks, 1m at most", ""},
		"did not look":     {func(s *summary.Summary) { s.Run.Looks, s.Run.Waited = nil, 0 }, "", "before the run"},
		"strangers":        {func(*summary.Summary) {}, "98 trials: others 3.12 %, worst 20.4 %; steal", ""},
		"not told":         {func(s *summary.Summary) { s.Noise.Known = false }, "98 trials: others not known; steal", "20.4"},
		"no PSI":           {func(s *summary.Summary) { s.Noise.Pressure.Known = false }, "; no PSI in this kernel; load 2.35", "PSI cpu"},
		"not calibrated":   {func(s *summary.Summary) { s.Run.Calibration = nil }, "", "calibration"},
		"quick":            {func(s *summary.Summary) { s.Run.Calibration.Quick, s.Run.Calibration.Rates = true, nil }, "quick, so no false-alarm rate", "no false-alarm rate for"},
		"another's rate":   {func(*summary.Summary) {}, "no false-alarm rate for P99.9 (trigger)\n", "P50 (recovery)"},
		"a broken check":   {func(*summary.Summary) {}, "NOT SOUND: control: +12 %", "oracle"},
		"one undecided":    {func(*summary.Summary) {}, "calibration of 2026-02-26: undecided: null: +1 %", "NOT SOUND: null"},
		"what was in view": {func(*summary.Summary) {}, "detectable, 4 times out of 5 after Holm over 6 fixes: context-isolation -7.5 %, null -7.5 %, control -7.5 %\n", ""},
		"nothing in view": {func(s *summary.Summary) {
			for i := range s.Fixes {
				s.Fixes[i].Primary.Change = nil
			}
		}, "", "detectable"},
	} {
		s := sample()
		c.change(&s)
		text := detail(t, s)
		if !strings.Contains(text, c.says) || c.without != "" && strings.Contains(text, c.without) {
			t.Errorf("%s: wanted %q and not %q in\n%s", name, c.says, c.without, text)
		}
	}
}

// A fix ends because its interval is narrow enough or because a limit came first, and a reader is told which, once.
func TestStopped(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*summary.Summary)
		says   string
	}{
		"narrow": {func(s *summary.Summary) { s.Run.Stop.Width = 0.2 },
			"stopped by its width: +-11.7 % after 8 pairs (asked for: +-20 %)"},
		"limits": {func(s *summary.Summary) { s.Run.Status = results.Complete },
			"ended by the limits of pairs and time before it was narrow enough: +-11.7 % after 8 pairs (asked for: +-10 %)"},
		"interrupted": {func(*summary.Summary) {},
			"ended with the run before it was narrow enough: +-11.7 % after 8 pairs (asked for: +-10 %)"},
		"too few for so many fixes": {func(s *summary.Summary) { s.Run.Fixes = append(s.Run.Fixes, make([]results.Fix, 6)...) },
			"ended after 8 pairs, without a width that could be held against +-10 %"},
	} {
		s := sample()
		s.Fixes, s.Run.Fixes = s.Fixes[:1], s.Run.Fixes[:1]
		c.change(&s)
		text := detail(t, s)
		if strings.Count(text, "  "+c.says+"\n") != 1 || strings.Count(text, " after 8 pairs") != 1 {
			t.Errorf("%s: wanted %q once in\n%s", name, c.says, text)
		}
	}
}

// Many fixes go on in the next line.
func TestDetectableIsNotTooWide(t *testing.T) {
	s := sample()
	for range 5 {
		s.Fixes = append(s.Fixes, improved())
	}
	lines, found := strings.Split(detail(t, s), "\n"), 0
	for _, line := range lines {
		if found += strings.Count(line, "context-isolation -7.5 %"); strings.Contains(line, "context-isolation -7.5 %") && len(line) > 120 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
	if found != 6 {
		t.Errorf("%d of 6 are shown", found)
	}
}

// The remark of a fix says what its verdict rests on, as far as there is such a thing.
func TestRemarks(t *testing.T) {
	for name, c := range map[string]struct {
		change        func(*summary.Fix)
		says, without string
	}{
		"corrected":     {func(*summary.Fix) {}, "\n  p 0.0078, 0.047 adjusted (Holm over 1); detectable -7.5 %\n", ""},
		"not corrected": {func(f *summary.Fix) { f.Primary.Change.Correction = stat.NoCorrection }, "\n  p 0.0078; detectable", "adjusted"},
		"not to tell":   {func(f *summary.Fix) { f.Primary.Change.Detectable = 0 }, "Holm over 1)\n", "detectable"},
		"no interval":   {func(f *summary.Fix) { f.Primary.Change.Confidence = 0 }, "(no interval)", "\n  p 0.0078"},
		"of shares": {func(f *summary.Fix) { f.Primary.Scale, f.Primary.Unit = stat.Difference, "share" },
			"; detectable -7.5 points\n", ""},
		"interrupted": {func(f *summary.Fix) {
			f.Pairs.Invalid = []summary.Invalid{{Pair: 3, Arm: results.After, Attempt: 1, Why: "stopped", Interrupted: true}}
		}, "\n  interrupted: pair 3 after, run again: stopped\n", "invalid"},
		"interrupted by a signal": {func(f *summary.Fix) {
			f.Pairs.Invalid = []summary.Invalid{{Pair: 1, Arm: results.Before, Why: "interrupted: interrupted by SIGINT", Interrupted: true}}
		}, "\n  interrupted: pair 1 before: by SIGINT\n", "interrupted: interrupted"},
		"needs more":    {func(f *summary.Fix) { f.Need = &summary.Need{MorePairs: 3, Command: "c"} }, "needs about 3 more pairs in a run of its own, 1 minute: c", "as many"},
		"needs no more": {func(f *summary.Fix) { f.Need = &summary.Need{Command: "c"} }, "as many pairs may do in a run of its own, 1 minute: c", "needs about"},
		"the machine": {func(f *summary.Fix) {
			f.Pairs.Invalid = []summary.Invalid{{Pair: 3, Arm: results.After, Why: "machine: steal 9 %"}}
		}, "whatever the arm: 0 before, 1 after\n    pair 3 after: steal 9 %\n", "invalid trial"},
	} {
		s := sample()
		s.Fixes = s.Fixes[:1]
		c.change(&s.Fixes[0])
		text := detail(t, s)
		if !strings.Contains(text, c.says) || c.without != "" && strings.Contains(text, c.without) {
			t.Errorf("%s: wanted %q and not %q in\n%s", name, c.says, c.without, text)
		}
	}
}
