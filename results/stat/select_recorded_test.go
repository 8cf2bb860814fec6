package stat_test

import (
	"fmt"
	"math"
	"math/bits"
	"os"
	"strings"
	"testing"

	"aftershock/internal/golden"
	"aftershock/results/stat"
)

// What a review found in those runs: how well a trial's steady P50 goes with the canary before it, with steal, and
// with pressure. The canary, by which most pairs were set aside, says next to nothing. Pressure says most of all, and
// sees the arm's own work, so that it must not choose.
func TestRecordedSignals(t *testing.T) {
	want := map[string]map[string]float64{
		"seed11": {"canary_before_ns": 0.36, "steal": 0.00, "psi_cpu": 0.81},
		"seed12": {"canary_before_ns": 0.09, "steal": 0.42, "psi_cpu": 0.80},
		"seed21": {"canary_before_ns": 0.21, "steal": 0.60, "psi_cpu": 0.65},
	}
	for _, r := range recordings(t) {
		for signal, wanted := range want[r.name] {
			var x, y []float64
			for _, trial := range r.trials {
				x, y = append(x, trial.figures[signal]), append(y, trial.figures["p50_steady_ns"])
			}
			if c, ok := stat.RankCorrelation(x, y); !ok || math.Abs(c.R-wanted) > 0.005 {
				t.Errorf("%s, %s: %+v, want %v", r.name, signal, c, wanted)
			}
		}
	}
}

// With every pair kept, whatever the machine did, the two primary metrics of these runs that were recorded have a
// verdict. The guard of that time had judged 2 and 6 of their 32 pairs. The other fixes' p-values are those that the
// runs had: 2/2^8, and 1 where a quantile reached the time-out.
func TestRecordedRunsWithAllPairsKept(t *testing.T) {
	const least = 2.0 / 256
	for _, c := range []struct {
		run, fix, figure string
		others           []float64
		want             string
	}{
		{"seed11", "context-isolation", "service_p99_trigger_ns", []float64{least, least, 1},
			"improved -89.3 % [-96.8, -53.8], p 0.031"},
		{"seed12", "context-isolation", "service_p99_trigger_ns", []float64{least, least, least},
			"improved -83.2 % [-96.0, -36.0], p 0.031"},
		{"seed12", "lock-across-rpc", "p99_trigger_ns", []float64{least, least, 2 * least},
			"improved -97.3 % [-97.9, -95.6], p 0.031"},
	} {
		r, err := readRecording("testdata/noisy/" + c.run + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		_, pairs := r.pairs()
		_, a := attempted(c.fix, c.figure, pairs[c.fix])
		got, err := stat.Compare(a.Before, a.After, stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.1})
		if err != nil {
			t.Fatal(err)
		}
		adjusted := stat.AdjustHolm(append([]float64{got.P}, c.others...))[0]
		e := got.Scale.Reported(got.At95)
		text := fmt.Sprintf("%v %+.1f %% [%.1f, %.1f], p %.2g", got.Corrected(adjusted), 100*e.Value, 100*e.Low,
			100*e.High, adjusted)
		if text != c.want {
			t.Errorf("%s, %s: %s, want %s", c.run, c.fix, text, c.want)
		}
	}
}

// Are the calmest attempts worth choosing? Every recording is played, and the page shows what came of it, so that it
// says plainly whether they have narrower intervals than the first. A new recording is a new file.
func TestRecordedRunsPlayed(t *testing.T) {
	var b strings.Builder
	b.WriteString("| run | signals | attempts, judged | score beside slowness, beside scatter | calmest / first | " +
		"calmest / any | all / first | usable |\n|---|---|---|---|---|---|---|---|\n")
	var unseen played
	for _, r := range recordings(t) {
		p := r.play(t)
		name := r.says
		if r.chosenOn {
			name += "; the score was chosen on it"
		} else {
			unseen.add(p)
		}
		fmt.Fprintf(&b, "| %s | %s\n", name, p)
	}
	unseen.signals, unseen.sizes = "", ""
	fmt.Fprintf(&b, "| all on which the score was not chosen | %s\n", unseen)
	golden.Compare(t, "testdata/noisy/played.md", []byte(b.String()))
	page, err := os.ReadFile("../../docs/statistics.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), b.String()) {
		t.Errorf("docs/statistics.md does not show testdata/noisy/played.md")
	}
}

// played is what became of a recording: means over its fixes and the figures of each.
type played struct {
	signals, sizes                     string
	n, usable, asked                   int
	first, any, all, slowness, scatter float64 // sums; the widths are logarithms of ratios
}

func (p *played) add(o played) {
	p.n, p.usable, p.asked = p.n+o.n, p.usable+o.usable, p.asked+o.asked
	p.first, p.any, p.all = p.first+o.first, p.any+o.any, p.all+o.all
	p.slowness, p.scatter = p.slowness+o.slowness, p.scatter+o.scatter
}

func (p played) String() string {
	n := float64(p.n)
	return fmt.Sprintf("%s | %s | %.2f, %.2f | %.2f | %.2f | %.2f | %d of %d |",
		p.signals, p.sizes, p.slowness/n, p.scatter/n,
		math.Exp(p.first/n), math.Exp(p.any/n), math.Exp(p.all/n), p.usable, p.asked)
}

// playedFigures are what each fix's pairs are compared by: in calm and under the trigger, with and without waiting.
var playedFigures = []string{
	"p50_steady_ns", "p99_steady_ns", "p99_trigger_ns", "service_p99_trigger_ns", "build_p50_trigger_ns",
}

// play judges two thirds of the attempts, and no fewer than six.
func (r recording) play(t *testing.T) (p played) {
	t.Helper()
	fixes, pairs := r.pairs()
	sizes := map[string]bool{}
	for _, fix := range fixes {
		for _, figure := range playedFigures {
			scores, a := attempted(fix, figure, pairs[fix])
			n := len(scores)
			k := max(stat.FewestPairs(1), 2*n/3)
			if n <= k {
				continue
			}
			c, err := stat.Choose(scores, k, []stat.Attempted{a})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, s := range a.Signals {
				names = append(names, s.Name)
			}
			p.signals = strings.Join(names, ", ")
			if size := fmt.Sprintf("%d, %d", n, k); !sizes[size] {
				sizes[size] = true
				p.sizes = strings.Trim(p.sizes+"; "+size, "; ")
			}
			p.add(widths(t, a, scores, k))
			p.asked++
			if c.Score.Usable {
				p.usable++
			}
			p.slowness += c.Score.Slowness.R
			p.scatter += c.Score.Scatter.R
		}
	}
	return p
}

// widths compares the half-widths of the intervals of the k calmest attempts, the first k, any k (the geometric mean
// over all choices), and all.
func widths(t *testing.T, a stat.Attempted, scores []float64, k int) played {
	t.Helper()
	width := func(chosen []int) float64 {
		var before, after []float64
		for _, i := range chosen {
			before, after = append(before, a.Before[i]), append(after, a.After[i])
		}
		c, err := stat.Compare(before, after, stat.Criterion{Scale: a.Scale, Better: a.Better})
		if err != nil {
			t.Fatal(err)
		}
		return math.Log(c.At95.HalfWidth())
	}
	choices, sum, all := 0, 0.0, make([]int, len(scores))
	for i := range all {
		all[i] = i
	}
	for set := range 1 << len(scores) {
		if bits.OnesCount(uint(set)) != k {
			continue
		}
		var chosen []int
		for _, i := range all {
			if set>>i&1 == 1 {
				chosen = append(chosen, i)
			}
		}
		choices++
		sum += width(chosen)
	}
	calmest, first := width(stat.Calmest(scores, k)), width(all[:k])
	return played{n: 1, first: calmest - first, any: calmest - sum/float64(choices), all: width(all) - first}
}
