package cgroup

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

const joinVariable = "CGROUP_TEST_JOIN"

// The test binary is a child that joins a group, starts anew in it, and tells what it finds there.
func TestMain(m *testing.M) {
	switch folder := os.Getenv(joinVariable); folder {
	case "":
		os.Exit(m.Run())
	case "joined":
		os.Exit(tell())
	default:
		os.Exit(join(folder))
	}
}

// join enters the group and starts the program again, so that Go's runtime meets the limit when it starts.
func join(folder string) int {
	if err := os.WriteFile(filepath.Join(folder, "cgroup.procs"), []byte("0"), 0); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	err := syscall.Exec("/proc/self/exe", os.Args, []string{joinVariable + "=joined"})
	fmt.Fprintln(os.Stderr, err)
	return 1
}

type told struct {
	Limits     Limits
	Held       Throttling
	GOMAXPROCS int
}

// tell computes until the kernel has held it back.
func tell() int {
	t := told{GOMAXPROCS: runtime.GOMAXPROCS(0)}
	g, err := Own()
	if err == nil {
		t.Limits, err = g.Limits()
	}
	for deadline := time.Now().Add(time.Minute); err == nil && t.Held.Time == 0 && time.Now().Before(deadline); {
		t.Held, err = g.Throttling()
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(t)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// limitedGroup makes a group below this process's own that allows a tenth of a processor. Where groups cannot be made,
// which takes root and a mount that can be written to, it says why.
func limitedGroup(t *testing.T) (folder string, err error) {
	t.Helper()
	g, err := Own()
	if err != nil {
		t.Fatal(err)
	}
	if g.cpu.folder == "" {
		return "", errors.New("no group with the cpu controller is seen here")
	}
	folder = path.Join("/", g.cpu.folder, fmt.Sprintf("aftershock-test-%d", os.Getpid()))
	if err := os.Mkdir(folder, 0o755); err != nil {
		return "", err
	}
	t.Cleanup(func() {
		if err := os.Remove(folder); err != nil { // a group is removed as a folder, with all of its files
			t.Error(err)
		}
	})
	if g.cpu.v2 {
		return folder, os.WriteFile(filepath.Join(folder, "cpu.max"), []byte("10000 100000"), 0)
	}
	if err := os.WriteFile(filepath.Join(folder, "cpu.cfs_period_us"), []byte("100000"), 0); err != nil {
		return "", err
	}
	return folder, os.WriteFile(filepath.Join(folder, "cpu.cfs_quota_us"), []byte("10000"), 0)
}

// The kernel's own files, where this machine lets groups be made; elsewhere the recorded trees have to do.
func TestARealGroup(t *testing.T) {
	folder, err := limitedGroup(t)
	if err != nil {
		t.Logf("no control group can be made here, so only recorded files are tested: %v", err)
		return
	}
	child := exec.Command("/proc/self/exe")
	child.Env = append(os.Environ(), joinVariable+"="+folder)
	child.Stderr = os.Stderr
	out, err := child.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got told
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	t.Logf("in a group of 0.1 processors %s starts with GOMAXPROCS %d", runtime.Version(), got.GOMAXPROCS)
	if got.Limits.Cores != 0.1 || got.Held.Periods == 0 || got.Held.Time == 0 {
		t.Errorf("the child found %+v", got)
	}
}
