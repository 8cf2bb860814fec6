// Package nightly is a job for every night: what its file says, and the steps of a night.
//
// Each scenario is run once, and what shows a change a second time under another seed, while the budget lasts. What the
// runs say is for results/trend to judge.
package nightly

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strings"
	"time"

	"aftershock/internal/document"
	"aftershock/internal/problem"
	"aftershock/internal/units"
	"aftershock/results/stat"
	"aftershock/results/trend"
)

// Config is nightly.yaml.
type Config struct {
	Name    string
	Asks    string // what the job is for, one sentence
	History string // the folder that gets a file each night
	Budget  time.Duration
	Seed    uint64 // of the first runs; the reruns have the next one
	Policy  trend.Policy
	Watch   []Watch
}

// Watch is a scenario that is run every night.
type Watch struct {
	Scenario string // a shipped one's name, or a file
	Fixes    []string
	Pairs    int
	Load     int // pinned; 0 where the scenario leaves none to the run
	Expect   map[string]Expected
}

// Expected is the change that is right for a fix, in place of none: what its repair is known to gain.
type Expected struct {
	Scale  stat.Scale
	Change float64 // as a report shows it: -0.4 is 40 % less, or 40 points
}

// Difference is the change in the unit of a figure's differences.
func (e Expected) Difference() float64 {
	if e.Scale == stat.Ratio {
		return math.Log1p(e.Change)
	}
	return e.Change
}

// The limits of a job's numbers.
const (
	shortest  = time.Minute
	longest   = 24 * time.Hour
	mostPairs = 200
	mostLoad  = 1 << 20
)

// Read reads a job's file; file is its name, for the errors. It is read strictly: every problem is reported as
// file:line:column: message, all those of the file together.
func Read(file string, source []byte) (Config, error) {
	list := problem.NewList(file, string(source))
	root, ok := document.Parse(list, "nightly job", source)
	if !ok {
		return Config{}, list.Err()
	}
	o, _ := root.Object([]string{"name", "asks", "budget", "seed", "margin", "finds", "watch"}, []string{"history"})
	sum := sha256.Sum256(source)
	c := Config{History: "aftershock-history", Policy: trend.Policy{Digest: hex.EncodeToString(sum[:])}}
	c.Name, _ = o["name"].Word()
	c.Asks, _ = o["asks"].Sentence()
	c.Budget, _ = o["budget"].Duration(shortest, longest)
	c.Seed = uint64(o["seed"].Integer(0, math.MaxInt32))
	c.Policy.Margin, _ = o["margin"].Share()
	c.Policy.Finds, _ = o["finds"].Share()
	if m, f := c.Policy.Margin, c.Policy.Finds; m > 0 && f > 0 && f <= m {
		o["finds"].Addf("is %.3g %%, and the margin %.3g %%: a step on the margin is found every other night "+
			"(allowed: above the margin, twice as much is usual)", 100*f, 100*m)
	}
	if o["history"].Given() {
		c.History, _ = o["history"].Sentence()
	}
	c.Watch = readWatches(o["watch"])
	return c, list.Err()
}

func readWatches(v document.Value) (all []Watch) {
	items, ok := v.Items("scenario")
	if ok && len(items) == 0 {
		v.Addf("there must be at least one scenario: a job that measures nothing would always be quiet")
	}
	seen := map[string]int{}
	for _, item := range items {
		o, _ := item.Object([]string{"scenario", "fixes", "pairs"}, []string{"load", "expect"})
		w := Watch{Pairs: o["pairs"].Integer(stat.FewestPairs(1), mostPairs)}
		if w.Scenario, ok = o["scenario"].Sentence(); ok {
			if line, twice := seen[w.Scenario]; twice {
				o["scenario"].Addf("%q is there twice, first in line %d", w.Scenario, line)
			}
			seen[w.Scenario] = o["scenario"].Line()
		}
		fixes, _ := o["fixes"].OneOrMore("fix")
		named := map[string]int{}
		for _, f := range fixes {
			w.Fixes = append(w.Fixes, f.Unique(named))
		}
		if o["load"].Given() {
			w.Load = o["load"].Integer(1, mostLoad)
		}
		w.Expect = readExpected(o["expect"], named)
		all = append(all, w)
	}
	return all
}

// readExpected reads changes by fix, such as {lock-across-rpc: -99%}.
func readExpected(v document.Value, fixes map[string]int) map[string]Expected {
	if !v.Given() {
		return nil
	}
	all := map[string]Expected{}
	entries, _ := v.Entries()
	for _, e := range entries {
		if _, known := fixes[e.Name]; !known {
			e.Key.Addf("is not among this entry's fixes")
			continue
		}
		text, _ := e.Value.Text()
		change, err := readChange(text)
		if err != nil {
			e.Value.Addf("%q is no change (allowed: one such as -40%%, above -100%%, or -10pp for a share)", text)
			continue
		}
		all[e.Name] = change
	}
	return all
}

// readChange reads "-40%", a ratio, or "-10pp", percentage points.
func readChange(text string) (e Expected, err error) {
	e.Scale = stat.Ratio
	digits, minus := strings.CutPrefix(text, "-")
	digits = strings.TrimPrefix(digits, "+")
	if points, ok := strings.CutSuffix(digits, "pp"); ok {
		e.Scale, digits = stat.Difference, points+"%"
	} else if !strings.HasSuffix(digits, "%") {
		return e, errNoUnit
	}
	e.Change, err = units.Share(digits)
	if minus {
		e.Change = -e.Change
	}
	if err == nil && e.Scale == stat.Ratio && e.Change <= -1 {
		err = errNoUnit
	}
	return e, err
}
