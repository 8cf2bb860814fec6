package nightly_test

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"aftershock/results/stat"
	"aftershock/scenarios/nightly"
)

const job = `name: mine
asks: Is it slower?
budget: 40m
seed: 7
margin: 5%
finds: 10%
watch:
  - {scenario: leader-churn, fixes: [one, two], pairs: 12, load: 2400, expect: {one: -40%, two: +10pp}}
  - {scenario: ./mine.yaml, fixes: target, pairs: 10}
`

func TestRead(t *testing.T) {
	c, err := nightly.Read("nightly.yaml", []byte(job))
	if err != nil {
		t.Fatal(err)
	}
	w := c.Watch[0]
	if c.Name != "mine" || c.History != "aftershock-history" || c.Budget != 40*time.Minute || c.Seed != 7 ||
		c.Policy.Margin != 0.05 || c.Policy.Finds != 0.1 || len(c.Policy.Digest) != 64 || len(c.Watch) != 2 ||
		w.Pairs != 12 || w.Load != 2400 || len(w.Fixes) != 2 || c.Watch[1].Fixes[0] != "target" {
		t.Errorf("%+v", c)
	}
	if d := w.Expect["one"].Difference(); math.Abs(d-math.Log(0.6)) > 1e-12 {
		t.Errorf("-40 %% is a difference of %v", d)
	}
	if e := w.Expect["two"]; e.Scale != stat.Difference || math.Abs(e.Difference()-0.1) > 1e-12 {
		t.Errorf("+10pp is %+v", e)
	}
}

func TestTheShippedJobIsSound(t *testing.T) {
	source, err := os.ReadFile("../../nightly.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nightly.Read("nightly.yaml", source); err != nil {
		t.Error(err)
	}
}

func TestRefused(t *testing.T) {
	_, watches, _ := strings.Cut(job, "watch:")
	for _, c := range []struct{ old, new, want string }{
		{"budget: 40m", "budgt: 40m", `nightly.yaml:3:1: nightly job: unknown field "budgt"; did you mean "budget"?`},
		{"budget: 40m", "budget: 40s", "nightly.yaml:3:9: budget"},
		{"finds: 10%", "finds: 5%", "nightly.yaml:6:8: finds: is 5 %, and the margin 5 %"},
		{"margin: 5%", "margin: 5", "nightly.yaml:5:9: margin"},
		{"pairs: 12", "pairs: 5", "nightly.yaml:8:56: pairs: 5 is out of range (allowed: 6 to 200)"},
		{"[one, two]", "[one, one]", `fixes`},
		{"./mine.yaml", "leader-churn", `nightly.yaml:9:16: scenario: "leader-churn" is there twice, first in line 8`},
		{"two: +10pp", "tow: +10pp", "is not among this entry's fixes"},
		{"-40%", "-40", `"-40" is no change (allowed: one such as -40%`},
		{"-40%", "-100%", `"-100%" is no change`},
		{"-40%", "much", `"much" is no change`},
		{"seed: 7", "seed: -7", "seed"},
		{"watch:" + watches, "watch: []\n", "there must be at least one scenario"},
	} {
		text := strings.Replace(job, c.old, c.new, 1)
		if _, err := nightly.Read("nightly.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.new, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(job))
	f.Add([]byte("watch: [{expect: {a: -1%}}]"))
	f.Add([]byte("watch: {a: [}"))
	f.Fuzz(func(t *testing.T, source []byte) {
		c, err := nightly.Read("nightly.yaml", source)
		if err == nil && (len(c.Watch) == 0 || c.Budget <= 0 || c.Policy.Finds <= c.Policy.Margin) {
			t.Errorf("%q was read as %+v", source, c)
		}
	})
}
