package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results"
)

// piped is the program with both outputs on pipes, and its run's folder below out.
type piped struct {
	*exec.Cmd
	stdout, stderr io.ReadCloser
}

func startPiped(t *testing.T, shell string, args ...string) piped {
	t.Helper()
	p := piped{Cmd: exec.Command(os.Args[0], args...)}
	if shell != "" {
		p.Cmd = exec.Command("sh", append([]string{"-c", shell + `; exec "$0" "$@"`, os.Args[0]}, args...)...)
	}
	p.Env = append(os.Environ(), asProgram+"="+t.TempDir())
	var err, more error
	p.stdout, err = p.StdoutPipe()
	p.stderr, more = p.StderrPipe()
	if err = errors.Join(err, more); err == nil {
		err = p.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() }) // at the latest; it has mostly ended by then
	return p
}

// end waits for the exit code, once both outputs were read to their ends.
func (p piped) end(t *testing.T) int {
	t.Helper()
	var exit *exec.ExitError
	if err := p.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

func checkWhole(t *testing.T, out string) {
	t.Helper()
	folder := onlyFolder(t, out)
	if run, err := results.ReadRun(folder); err != nil || run.Status != results.Complete {
		t.Errorf("status %q, %v", run.Status, err)
	}
	if _, err := os.Stat(filepath.Join(folder, results.SummaryFile)); err != nil {
		t.Error(err)
	}
}

// As in `aftershock run ... | head -1`: the run is worth more than its reader.
func TestARunOutlivesTheReaderOfItsResults(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	p := startPiped(t, "", "run", "testdata/free.yaml", "--out", out)
	p.stdout.Close()
	var progress bytes.Buffer
	if _, err := io.Copy(&progress, p.stderr); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitFailure || !strings.Contains(progress.String(), "broken pipe") {
		t.Errorf("exit %d: %s", code, progress.String())
	}
	checkWhole(t, out)
}

// As in `aftershock run ... 2>&1 | tee log` whose tee dies.
func TestARunOutlivesTheReaderOfItsProgress(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	p := startPiped(t, "", "run", "testdata/free.yaml", "--out", out)
	p.stderr.Close()
	var table bytes.Buffer
	if _, err := io.Copy(&table, p.stdout); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitOK || !strings.Contains(table.String(), "again:") {
		t.Errorf("exit %d: %s", code, table.String())
	}
	checkWhole(t, out)
}

// A terminal that is closed says so by SIGHUP; under nohup it is not meant.
func TestAHangupInterruptsARunUnlessItIsIgnored(t *testing.T) {
	slow.Boots(t)
	hangups := make(chan os.Signal, 1) // listened to, so that programs do not ignore it where this runs under nohup
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	for name, c := range map[string]struct {
		shell  string
		code   int
		status results.Status
	}{
		"hangup": {"true", exitInterrupted, results.Partial}, "nohup": {"trap '' HUP", exitOK, results.Complete},
	} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			p := startPiped(t, c.shell, "run", "testdata/free.yaml", "--out", out)
			var said strings.Builder
			for lines := bufio.NewScanner(p.stderr); lines.Scan(); {
				said.WriteString(lines.Text() + "\n")
				if strings.Contains(lines.Text(), " left  1/4 control block ") {
					if err := p.Process.Signal(syscall.SIGHUP); err != nil {
						t.Fatal(err)
					}
				}
			}
			table, err := io.ReadAll(p.stdout)
			if err != nil {
				t.Fatal(err)
			}
			code := p.end(t)
			run, err := results.ReadRun(onlyFolder(t, out))
			if err != nil || code != c.code || run.Status != c.status {
				t.Errorf("exit %d, status %q, %v: %s%s", code, run.Status, err, table, said.String())
			}
			if c.code == exitInterrupted && !strings.Contains(said.String(), "interrupted by SIGHUP") {
				t.Errorf("nothing says why: %s", said.String())
			}
		})
	}
}
