package process

import (
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
)

// marked starts a program that sleeps, marked with a folder.
func marked(t *testing.T, folder string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("sleep", "60")
	cmd.Env = []string{FolderVariable + "=" + folder}
	if err := StartProgram(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

func TestProgramsAreFoundByTheirMark(t *testing.T) {
	base := t.TempDir()
	inside, beside := marked(t, base+"/a/b"), marked(t, base+"/ab")
	for _, cmd := range []*exec.Cmd{inside, beside} {
		if !slices.Contains(belowOf(os.Getpid()), cmd.Process.Pid) {
			t.Errorf("by their parents, no process %d is below this one", cmd.Process.Pid)
		}
		if !slices.Contains(Below(os.Getpid()), cmd.Process.Pid) {
			t.Errorf("process %d is not below this one", cmd.Process.Pid)
		}
		if group, err := syscall.Getpgid(cmd.Process.Pid); err != nil || group != cmd.Process.Pid {
			t.Errorf("its group is %d, %v", group, err)
		}
	}
	if descriptors, resident := Holds(inside.Process.Pid); descriptors < 3 || resident == 0 {
		t.Errorf("it holds %d descriptors and %d bytes", descriptors, resident)
	}
	if n := EndMarked(base + "/a"); n != 1 {
		t.Errorf("%d processes were ended", n)
	}
	if err := inside.Wait(); err == nil {
		t.Error("it ended by itself")
	}
	if !Marked(beside.Process.Pid, base) || Marked(beside.Process.Pid, base+"/a") {
		t.Error("what is marked with a name that only begins alike is another's")
	}
	if n := EndMarked(base); n != 1 {
		t.Errorf("%d processes were ended", n)
	}
}
