package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/summary"
)

// idle is a service whose calls do nothing, of a cluster that others use.
var idle = harness.Plain("idle", harness.Func(func(context.Context, harness.Env) (harness.Calls, error) {
	return harness.Calls{Do: func(context.Context, int) error { return nil }}, nil
}))

func TestMain(m *testing.M) {
	harness.Child(harness.Registry{Fixes: []harness.Fix{idle}})
	harness.MostLate, harness.Disturbed = 10*time.Second, 1 // these tests share their machine with others
	os.Exit(m.Run())
}

// short is over as soon as the leader has moved.
var short = harness.Survival{Faults: []plan.FaultSpec{{Fault: "leader-transfer", Target: "leader", To: "follower"}}}

func program(ctx context.Context, s harness.Survival, args ...string) (code int, stdout, stderr string) {
	var out, said bytes.Buffer
	code = run(ctx, idle, s, append([]string{"program"}, args...), &out, &said)
	return code, out.String(), said.String()
}

func TestARunLeavesAFolderAndPrintsWhatItFound(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	code, stdout, stderr := program(t.Context(), short, "-pairs", "1", "-out", out)
	// One pair decides nothing, which is no failure of the program.
	if code != ok || !strings.Contains(stdout, "idle") || !strings.Contains(stderr, "1 trial") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	runs, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil || len(runs) != 1 {
		t.Fatalf("%v, %v", runs, err)
	}
	s, err := summary.Compute(runs[0])
	if err != nil || s.Run.Status != results.Complete || s.Run.Command[0] != "program" {
		t.Errorf("%v: %+v", err, s.Run)
	}
}

func TestWrongFlagsAreRefused(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-pairs", "0"}, "-pairs is 0 (allowed: 1 and more)"},
		{[]string{"-pairs", "many"}, `"many"`},
		{[]string{"-seed", "0"}, "-seed is 0 (allowed: 1 and more)"},
		{[]string{"leader-churn"}, `"leader-churn" is no flag`},
		{[]string{"-pair", "3"}, "-pair"},
	} {
		if code, stdout, stderr := program(t.Context(), short, c.args...); code != usage || stdout != "" ||
			!strings.Contains(stderr, c.want) {
			t.Errorf("%q: exit %d: %s%s", c.args, code, stdout, stderr)
		}
	}
	wrong := harness.Survival{Faults: []plan.FaultSpec{{Fault: "leader-kil", Target: "leader"}}}
	if code, _, stderr := program(t.Context(), wrong); code != usage || !strings.Contains(stderr, "leader-kil") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if code, _, stderr := program(t.Context(), short, "-h"); code != ok || !strings.Contains(stderr, "-pairs") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestAnInterruptedRunSaysSo(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if code, _, stderr := program(ctx, short, "-out", t.TempDir()); code != interrupted {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
