package harness_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/internal/slow"

	"golang.org/x/sys/unix"
)

// Each of these failed in every trial, half a minute each, in the words "exit code 1". Now nothing is begun or left.
func TestARunThatCannotSucceedIsNotBegun(t *testing.T) {
	slow.Alone(t)
	for _, c := range []struct {
		name     string
		resource int
		soft     uint64
		want     string
	}{
		{"file size", unix.RLIMIT_FSIZE, 1 << 20, "the limit of file size is 1 MB, and 3 members and the worker may take 160 MB: ulimit -f unlimited"},
		{"CPU time", unix.RLIMIT_CPU, 3600, "the limit of CPU time is 3600 s, and 3 members and the worker may take "},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := options(t, "steady")
			o.Out = filepath.Join(o.Out, "deep", "er")
			if c.resource == unix.RLIMIT_CPU {
				o.Scenario.Budget.Reserve = 1000
			}
			limit(t, c.resource, c.soft)
			w := newWitness()
			folder, err := harness.Run(t.Context(), o, w)
			if err == nil || !strings.Contains(err.Error(), c.want) || folder != "" {
				t.Errorf("folder %q, %v, want %s", folder, err, c.want)
			}
			if _, err := os.Stat(filepath.Dir(o.Out)); !os.IsNotExist(err) || len(w.trials) > 0 {
				t.Errorf("%d trials began, and of --out there is left: %v", len(w.trials), err)
			}
		})
	}
}

// limit sets a soft limit of this process until the test's end.
func limit(t *testing.T, resource int, soft uint64) {
	t.Helper()
	var was unix.Rlimit
	if err := unix.Getrlimit(resource, &was); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: soft, Max: was.Max}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Setrlimit(resource, &was); err != nil {
			t.Error(err)
		}
	})
}

func TestPreflightPassesWhereRunsPass(t *testing.T) {
	if err := options(t, "steady").Preflight(); err != nil {
		t.Error(err)
	}
	if err := (harness.Options{}).Preflight(); err == nil || !strings.Contains(err.Error(), "nothing to run") {
		t.Errorf("options without a run: %v", err)
	}
}
