package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"aftershock/internal/marked/markedtest"
	"aftershock/internal/slow"
	"aftershock/results/stat/simulation"
)

// The lines of a page between which the tables are.
const (
	begin = "<!-- calibrate: begin -->\n"
	end   = "<!-- calibrate: end -->\n"
)

// program runs in few repetitions, unless the arguments ask for others.
var program = markedtest.Program{Main: calibrate, Usual: []string{"-reps", "8"}}

func TestTablesDependOnTheSeedAlone(t *testing.T) {
	slow.Simulates(t)
	code, first, stderr := program.Call()
	if code != 0 || stderr != "" || !strings.HasPrefix(first, "Seed 1, 8 repetitions a world") {
		t.Fatalf("exit %d, %q:\n%s", code, stderr, first)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if _, alone, _ := program.Call(); alone != first {
		t.Errorf("on one processor:\n%s\non all:\n%s", alone, first)
	}
	for _, other := range []string{"-seed=2", "-reps=12", "-blocks"} {
		if _, text, _ := program.Call(other); text == first {
			t.Errorf("%s gave the same tables", other)
		}
	}
}

// Shared out to workers, no family is counted twice and none is lost: there are more of them than a share of 5, and the
// last share is not full. 28 were that to shares of 25, in four times the time.
func TestEveryFamilyCountsOnce(t *testing.T) {
	slow.Simulates(t)
	s := simulation.Study{Seed: 4, Repetitions: 7 * simulation.Family}
	r := simulation.Result{Study: s}
	for _, w := range simulation.Worlds() {
		tally, err := simulation.Repeat(w, s, 0, 7)
		if err != nil {
			t.Fatal(err)
		}
		r.Tallies = append(r.Tallies, tally)
	}
	for _, n := range simulation.Noises() {
		tally, err := simulation.RepeatNoise(n, s, 0, 7)
		if err != nil {
			t.Fatal(err)
		}
		r.Noise = append(r.Noise, tally)
	}
	for _, share := range simulation.BoundedShares() {
		tally, err := simulation.RepeatBounds(share, s, 0, 7)
		if err != nil {
			t.Fatal(err)
		}
		r.Bounds = append(r.Bounds, tally)
	}
	want, _, err := r.Markdown()
	if err != nil {
		t.Fatal(err)
	}
	if _, got, _ := program.Call("-seed", "4", "-reps", "28"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// In 40 repetitions chance alone breaks a rate now and then; with this seed it does.
func TestABrokenRateIsAnError(t *testing.T) {
	slow.Simulates(t)
	code, stdout, stderr := program.Call("-reps", "40", "-seed", "13")
	const broken = "calm, 7 pairs, false alarms: 17.5 (5.4 to 37.6) fails"
	if code != 1 || !strings.Contains(stderr, "1 of the rates that must hold do not:\n  "+broken+"\n") ||
		strings.Count(stdout, " fails** |") != 1 {
		t.Errorf("exit %d, %q\n%s", code, stderr, stdout)
	}
}

func TestWriteAndCheck(t *testing.T) {
	name := filepath.Join(t.TempDir(), "page.md")
	const above, below = "# Page\n\n", "\nmore\n"
	if err := os.WriteFile(name, []byte(above+begin+"old\n"+end+below), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := program.Call("-check", name)
	if code != 1 || !strings.Contains(stdout, "-old\n+Seed 1, ") || !strings.Contains(stderr, "shows other tables") {
		t.Errorf("check of the old page: exit %d, %q\n%s", code, stderr, stdout)
	}
	if code, stdout, stderr := program.Call("-write", name); code != 0 || stdout+stderr != "" {
		t.Fatalf("write: exit %d, %q %q", code, stdout, stderr)
	}
	_, text, _ := program.Call()
	if got, err := os.ReadFile(name); err != nil || string(got) != above+begin+text+end+below {
		t.Fatalf("%v, the page is now:\n%s", err, got)
	}
	if code, stdout, stderr := program.Call("-check", name); code != 0 || stdout != text || stderr != "" {
		t.Errorf("check: exit %d, %q %q", code, stdout, stderr)
	}
	if code, stdout, _ := program.Call("-check", name, "-seed", "5"); code != 1 ||
		!strings.Contains(stdout, "-Seed 1, ") || !strings.Contains(stdout, "+Seed 5, ") ||
		strings.Contains(stdout, "# Page") {
		t.Errorf("check of another seed: exit %d\n%s", code, stdout)
	}
}

func TestRefused(t *testing.T) {
	unmarked := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(unmarked, []byte("# Page\n"+begin), 0o600); err != nil {
		t.Fatal(err)
	}
	program.Refuses(t, []markedtest.Refusal{
		{Args: []string{"-reps", "7"}, Code: 2, Says: "-reps 7 (allowed: multiples of 4 above 0)"},
		{Args: []string{"-reps", "0"}, Code: 2, Says: "-reps 0 (allowed:"},
		{Args: []string{"-reps", "-4"}, Code: 2, Says: "-reps -4 (allowed:"},
		{Args: []string{"-seed", "-1"}, Code: 2, Says: "invalid value"},
		{Args: []string{"now"}, Code: 2, Says: `unexpected argument "now"`},
		{Args: []string{"-check", unmarked, "-write", unmarked}, Code: 2, Says: "exclude each other"},
		{Args: []string{"-check", unmarked}, Code: 1, Says: "<!-- calibrate: end -->"},
		{Args: []string{"-write", unmarked + ".gone"}, Code: 1, Says: "no such file"},
		{Args: []string{"-h"}, Code: 0, Says: "-blocks"},
	})
}
