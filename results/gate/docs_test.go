package gate_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

var block = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// Every example of the page is a policy, or rules of one, about figures as a run has them.
func TestTheExamplesOfThePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	f := everything("context-isolation")
	f.Rows = append(f.Rows, row("leases_lost", "", "count", stat.Lower, constant(0), constant(0)),
		row(summary.GoodputBack, "recovery", "ns", stat.Lower, constant(3e8), constant(2e8)))
	s := run(f, instrument("null", 0, latency("trigger", 1, 0.02)))
	kinds := map[string]bool{}
	blocks := block.FindAllStringSubmatch(string(page), -1)
	for _, found := range blocks {
		source := found[1]
		if !strings.HasPrefix(source, "name:") {
			source = "name: example\nasks: Does it hold?\nrules:\n" + source
		}
		checkExample(t, source, s)
		for _, kind := range regexp.MustCompile(`rule: ([a-z-]+)`).FindAllStringSubmatch(source, -1) {
			kinds[kind[1]] = true
			if !strings.Contains(string(page), "\n### "+kind[1]+"\n") {
				t.Errorf("no section about %s", kind[1])
			}
		}
	}
	if len(blocks) < 7 || len(kinds) < 6 {
		t.Errorf("%d examples of %v", len(blocks), kinds)
	}
	for _, result := range []gate.Result{gate.Pass, gate.Fail, gate.Inconclusive, gate.Underpowered, gate.Invalid} {
		if !strings.Contains(string(page), "\n| "+string(result)+" |") {
			t.Errorf("the page does not say what %s means", result)
		}
	}
}

func checkExample(t *testing.T, source string, s summary.Summary) {
	t.Helper()
	p, err := gate.Parse("policies.md", []byte(source))
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	if d, err := p.Judge(s); err != nil || d.Result != gate.Pass {
		t.Errorf("%s\n%+v, %v", source, d, err)
	}
}
