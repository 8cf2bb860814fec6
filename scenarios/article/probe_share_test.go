package article

import (
	"bytes"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/google/pprof/profile"
)

func TestTheShareOfErrIsJudged(t *testing.T) {
	for name, c := range map[string]struct {
		asked, detached float64
		shows           bool
		says            string
	}{
		"gone": {0.5, 0, true, "50.0 % of the CPU time of a loop that fills a map, and 0.0 % once it " +
			"is detached by WithoutCancel: -100.0 %"},
		"hardly there":   {0.5, 0.004, true, "-99.2 %"},
		"still there":    {0.5, 0.25, false, "-50.0 %"},
		"more than ever": {0.2, 0.3, false, "+50.0 %"},
		"never there":    {0, 0, false, "has no share"},
	} {
		if p := judgeShare(c.asked, c.detached); p.Shows != c.shows || !strings.Contains(p.Says, c.says) ||
			p.Name != errShare {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// made is a profile whose samples have these stacks, innermost first.
func made(stacks map[string]int64) *profile.Profile {
	p := &profile.Profile{}
	for stack, n := range stacks {
		s := &profile.Sample{Value: []int64{n, n}}
		for name := range strings.FieldsSeq(stack) {
			s.Location = append(s.Location, &profile.Location{Line: []profile.Line{{Function: &profile.Function{Name: name}}}})
		}
		p.Sample = append(p.Sample, s)
	}
	return p
}

// What else the process does while it is profiled is not the loop's.
func TestSharesAreOfTheLoopAlone(t *testing.T) {
	const loop, err = "aftershock/scenarios/article.fillMap", "context.(*cancelCtx).Err"
	got, failed := shareWith(made(map[string]int64{
		"runtime.chanrecv " + err + " " + loop: 30, "runtime.mapassign_faststr " + loop: 10, err + " other": 500, "other": 900,
	}))
	if got != 0.75 || failed != nil {
		t.Errorf("%v, %v, want 0.75", got, failed)
	}
	if _, failed := shareWith(made(map[string]int64{"other": 3})); failed == nil {
		t.Error("a profile without the loop has a share")
	}
}

// The probe really profiles, and says so where it cannot.
func TestErrHasAShareOfTheProfile(t *testing.T) {
	if p := probeShare(); p.Failed || p.Says == "" {
		t.Errorf("%+v", p)
	}
	if err := pprof.StartCPUProfile(&bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	defer pprof.StopCPUProfile()
	if p := probeShare(); !p.Failed || p.Shows || !strings.Contains(p.Says, "no CPU profile") {
		t.Errorf("while another profile is under way: %+v", p)
	}
}
