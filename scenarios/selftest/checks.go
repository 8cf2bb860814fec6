package selftest

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"aftershock/harness/load/frozen"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// attempts is how often a check is made that chance or the machine can spoil. A 95 % interval misses the truth once in
// twenty times; twice in a row is no chance any more.
const attempts = 2

// oracle freezes a server for a known time and checks what the load generator reports.
func oracle(ctx context.Context, r runs) (Finding, error) {
	check := results.Check{Name: "frozen-server oracle"}
	for n := range attempts + 1 {
		v, err := frozen.Standard.Run(ctx, filepath.Join(r.folder, fmt.Sprintf("oracle-%d.bin", n)))
		if err != nil {
			return Finding{}, err
		}
		failure := v.Check()
		last := v.Rows[len(v.Rows)-1]
		check.Shown = fmt.Sprintf("frozen for %s of %s: P99 is %s, implied %s; a closed loop reports %s",
			brief(v.Freeze), units.Short(frozen.Standard.Length), brief(last.Open), brief(last.Implied), brief(last.Closed))
		check.Holds, check.Undecided = failure == nil, failure != nil && v.Disturbed()
		if !check.Undecided {
			break // a machine that stalled the generator itself says nothing about the generator
		}
	}
	return Finding{Checks: []results.Check{check}}, nil
}

func brief(d time.Duration) time.Duration {
	if d > time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(time.Microsecond)
}

// control slows the after arm by a known share: it must be found to have regressed, by that much.
func (t instrument) control(ctx context.Context, r runs) (Finding, error) {
	check := results.Check{Name: "an injected slowdown is found, with its size"}
	var missed string
	for range attempts {
		f, err := t.measure(ctx, r)
		if err != nil {
			return Finding{}, err
		}
		t.seed++
		c := f.Primary.Change
		check.Shown = missed + shown(f)
		check.Holds = f.Verdict == stat.Regressed && c != nil && f.Finds(c.Low, c.High)
		check.Undecided = undecided(f)
		if check.Holds {
			break
		}
		missed = check.Shown + "; once more: "
	}
	return Finding{Checks: []results.Check{check}}, nil
}

// within slows the after arm by less than the margin: with enough pairs it must be called no difference. How many are
// enough is for the interval's width to say.
func (t instrument) within(ctx context.Context, r runs) (Finding, error) {
	check := results.Check{Name: "a slowdown inside the margin is no difference"}
	o, err := t.options(r)
	if err != nil {
		return Finding{}, err
	}
	o.Stop = &results.Stop{Width: marginWidth, MaxPairs: t.pairs, MaxTime: marginMinutes}
	o.Enough = summary.Enough(marginWidth)
	f, err := measure(ctx, r, o)
	if err != nil {
		return Finding{}, err
	}
	check.Shown = fmt.Sprintf("%s, margin %.0f %%", shown(f), 100*t.scenario.Margin)
	check.Holds = f.Verdict == stat.NoDifference
	check.Undecided = undecided(f)
	return Finding{Checks: []results.Check{check}}, nil
}

// undecided tells whether the pairs were not enough to say.
func undecided(f summary.Fix) bool {
	return f.Verdict == stat.Inconclusive || f.Verdict == stat.TooFewPairs
}

// shown is what an instrument had to show and what was found.
func shown(f summary.Fix) string {
	c := f.Primary.Change
	if c == nil {
		return fmt.Sprintf("true %+.0f %%, found nothing: %s", 100*f.Expect, f.Why)
	}
	return fmt.Sprintf("true %+.0f %%%s, found %+.1f %% [%+.1f, %+.1f] in %s: %s",
		100*f.Expect, within(f), 100*c.Value, 100*c.Low, 100*c.High, units.Count(c.Pairs, "pair"), f.Verdict)
}

// within says how exactly the change is made, where it is made at all.
func within(f summary.Fix) string {
	if f.Tolerance == 0 {
		return ""
	}
	return fmt.Sprintf(" (to %g points)", 100*f.Tolerance)
}
