package gate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/results/gate"
)

// Each testdata/*.yaml is refused with the errors of the .txt beside it.
func TestRefusedGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := gate.Parse(filepath.Base(file), source)
			if err == nil || p.Name != "" {
				t.Fatalf("accepted as %+v, %v", p, err)
			}
			golden(t, strings.TrimSuffix(filepath.Base(file), ".yaml")+".txt", []byte(err.Error()+"\n"))
		})
	}
}

// What a run lacks is reported at the policy's places, all of it, and once for a rule about several fixes.
func TestMisfitsGolden(t *testing.T) {
	source, err := os.ReadFile("testdata/misfits.policy")
	if err != nil {
		t.Fatal(err)
	}
	p, err := gate.Parse("misfits.yaml", source)
	if err != nil {
		t.Fatal(err)
	}
	s := run(everything("some-fix"), everything("other-fix"), instrument("null", 0, latency("trigger", 1, 0.02)))
	s.Run.TrialTime = 12 * time.Second
	for range 2 { // asking twice gives the same answer
		d, err := p.Judge(s)
		if err == nil || d.Result != "" {
			t.Fatalf("answered %+v, %v", d, err)
		}
		golden(t, "misfits.txt", []byte(err.Error()+"\n"))
	}
}

// A name that is wrong cannot be told from one that was not measured while nothing was measured.
func TestNothingMeasuredIsNoMisfit(t *testing.T) {
	const rule = "{rule: bound, fix: a, metric: p98, phase: steady, at-most: 1s}"
	f := fix("a", latency("trigger", 0.5, 0.05))
	asked{name: "no fix has figures", rule: rule, run: run(notExercised(f)), want: gate.Invalid, says: "not exercised"}.check(t)
	other := f
	other.Name = "b"
	asked{name: "another fix has figures", rule: rule, run: run(notExercised(f), other), err: `unknown metric "p98"`}.check(t)
	asked{name: "another fix has the figure", rule: "{rule: bound, fix: a, metric: p99, phase: steady, at-most: 1s}",
		run:  run(f, fix("b", latency("steady", 1, 0.02))),
		want: gate.Invalid, says: "no trial has p99 (steady)"}.check(t)
}

func TestRulesAreCalledByTheirNames(t *testing.T) {
	p := policy(t, "{rule: pairs, fix: a, at-least: 6, name: Enough to judge by}", "{rule: bound, fix: a, metric: partial, arm: before, at-most: 0}")
	d, err := p.Judge(run(fix("a", partial(constant(0)))))
	if err != nil || d.Answers[0].Name != "Enough to judge by" || d.Answers[1].Name != "bound: partial at most 0 (before)" {
		t.Errorf("got %+v, %v", d, err)
	}
	if p.Name != "some-policy" || p.Asks != "Does it hold?" || d.Policy != p.Name || d.Run != "some-run" {
		t.Errorf("policy %+v, decision %+v", p, d)
	}
}

// Whatever the parser accepts can be asked about any run.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("*/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "testdata/misfits.policy") {
		source, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(source))
	}
	full := run(everything("some-fix"), notExercised(everything("idle-fix")), instrument("null", 0, latency("trigger", 1, 0.02)))
	f.Fuzz(func(t *testing.T, source string) {
		p, err := gate.Parse("fuzz.yaml", []byte(source))
		if err == nil {
			d, judged := p.Judge(full)
			if judged == nil && (d.Result == "" || len(d.Answers) == 0) {
				t.Errorf("an empty decision: %+v", d)
			}
			called := map[[2]string]bool{}
			for _, a := range d.Answers {
				called[[2]string{a.Fix, a.Name}] = true
			}
			if len(called) != len(d.Answers) {
				t.Errorf("%d names of %d answers: %+v", len(called), len(d.Answers), d.Answers)
			}
			if d, _ := p.Judge(run()); d.Result == gate.Pass {
				t.Errorf("a run without fixes passes: %+v", d)
			}
			err = judged
		}
		if err != nil && !strings.HasPrefix(err.Error(), "fuzz.yaml:") {
			t.Errorf("an error without a place: %v", err)
		}
	})
}
