package article

import (
	"os/exec"
	"strings"
	"testing"
)

// refused builds a command below testdata and wants the compiler to refuse it for exactly these reasons.
func refused(t *testing.T, name string, want ...string) {
	t.Helper()
	out, err := exec.Command("go", "build", "-o", t.TempDir(), "./testdata/"+name).CombinedOutput()
	if err == nil {
		t.Fatalf("testdata/%s compiles", name)
	}
	var got []string
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "#") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	if len(got) != len(want) {
		t.Fatalf("testdata/%s is refused for other reasons than %q:\n%s", name, want, out)
	}
	for i, line := range got {
		if !strings.HasSuffix(line, want[i]) {
			t.Errorf("%s\nwant %s", line, want[i])
		}
	}
}

func TestWithRequireLeaderGivesNoCancelFunc(t *testing.T) {
	refused(t, "returned-cancel", "assignment mismatch: 2 variables but clientv3.WithRequireLeader returns 1 value")
}

func TestWithRequireLeaderIsNoOpOption(t *testing.T) {
	refused(t, "op-option", "cannot use clientv3.WithRequireLeader(context.Background()) (value of interface type context.Context) "+
		"as clientv3.OpOption value in argument to client.Get")
}

func TestNoLogHasWithContext(t *testing.T) {
	refused(t, "log-with-context", "undefined: log.WithContext", "undefined: slog.WithContext",
		"slog.Default().WithContext undefined (type *slog.Logger has no field or method WithContext)")
}
