package stat_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aftershock/internal/slow"
)

// Every number of this package decides something, and some test notices when it is another. All mutants are one program,
// which is built from files laid over those of the tree; a variable of its environment chooses one.
func TestEveryConstantMatters(t *testing.T) {
	slow.Simulates(t)
	all := mutantsOf(t, true)
	program := all.build(t)
	if out, err := run(program, 0); err != nil {
		t.Fatalf("without a change: %v\n%s", err, out)
	}
	t.Run("mutants", func(t *testing.T) { // so that what they are built in outlives them
		for i, name := range all.names {
			if _, none := equivalent[name]; none {
				continue
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				out, err := run(program, i+1)
				if err == nil {
					t.Errorf("no test of the package notices it")
				} else {
					t.Logf("%.500s", out)
				}
			})
		}
	})
}

// run runs the tests, the quick ones first, with the mutant of a number.
func run(program string, mutant int) (out []byte, err error) {
	for _, which := range []string{"-test.short=true", "-test.short=false"} {
		tests := exec.Command(program, which, "-test.skip=^TestEveryConstantMatters$", "-test.failfast",
			"-test.timeout=3m")
		tests.Env = append(os.Environ(), fmt.Sprintf("%s=%d", chosen, mutant))
		if out, err = tests.CombinedOutput(); err != nil {
			break
		}
	}
	return out, err
}

// A reason is for a mutant that is there.
func TestEquivalentMutantsAreThere(t *testing.T) {
	all := mutantsOf(t, false)
	if len(all.names) < 150 {
		t.Errorf("%d mutants", len(all.names))
	}
	for name, reason := range equivalent {
		if !slices.Contains(all.names, name) || reason == "" {
			t.Errorf("no mutant is called %q, or there is no reason: %q", name, reason)
		}
	}
}

// build builds the tests of this package with all of its mutants.
func (m *mutants) build(t *testing.T) (program string) {
	t.Helper()
	folder := t.TempDir()
	own, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	var replaced []string
	for name, source := range m.files {
		laid := filepath.Join(folder, name)
		if err := os.WriteFile(laid, source, 0o600); err != nil {
			t.Fatal(err)
		}
		replaced = append(replaced, fmt.Sprintf("%q: %q", filepath.Join(own, name), laid))
	}
	overlay := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(overlay, []byte(`{"Replace": {`+strings.Join(replaced, ", ")+"}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(folder, "stat.test")
	if out, err := exec.Command("go", "test", "-c", "-overlay", overlay, "-o", program, ".").
		CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}
