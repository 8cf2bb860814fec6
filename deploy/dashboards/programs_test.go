package dashboards

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// debian unpacks Debian's package of Prometheus, once. It is not installed: an installation would start a service, and
// take root. A test that passes because there was nothing to ask is worse than none.
var debian = sync.OnceValues(func() (folder string, err error) {
	if folder, err = os.MkdirTemp("", "aftershock-prometheus-"); err != nil {
		return "", err
	}
	unpacked = folder
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	run := func(name string, args ...string) error {
		command := exec.CommandContext(ctx, name, args...)
		command.Dir = folder
		if out, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("%s %v: %w\n%s", name, args, err, out)
		}
		return nil
	}
	if run("apt-get", "download", "prometheus") != nil {
		if err := run("apt-get", "update"); err != nil { // lists that are old name a version that is gone
			return "", fmt.Errorf("no prometheus and no promtool here, and Debian's cannot be had: %w", err)
		}
		if err := run("apt-get", "download", "prometheus"); err != nil {
			return "", fmt.Errorf("no prometheus and no promtool here, and Debian's cannot be had: %w", err)
		}
	}
	packages, err := filepath.Glob(filepath.Join(folder, "prometheus_*.deb"))
	if err != nil || len(packages) != 1 {
		return "", fmt.Errorf("%v, %w: one package was expected", packages, err)
	}
	return filepath.Join(folder, "usr", "bin"), run("dpkg-deb", "-x", packages[0], ".")
})

// unpacked is the folder that the last test removes.
var unpacked string

func TestMain(m *testing.M) {
	code := m.Run()
	if unpacked != "" {
		if err := os.RemoveAll(unpacked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// program finds prometheus or promtool: on the PATH, or in Debian's package.
func program(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	folder, err := debian()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, name)
}

// promtool runs it to its end, and fails the test when it fails.
func promtool(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program(t, "promtool"), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("promtool %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
