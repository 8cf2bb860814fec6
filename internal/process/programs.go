package process

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// FolderVariable is the variable of the environment that marks a program which is not ours, and all that it starts: its
// value is a folder of its own.
const FolderVariable = "AFTERSHOCK_DIR"

// StartProgram starts a program that is not ours, in a process group of its own. It dies with this process, and what it
// leaves when it dies becomes this process's child, so that it can be seen.
func StartProgram(cmd *exec.Cmd) error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("become the parent of orphans: %w", err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return startOnSpawner(cmd, nil)
}

// StartTool starts a program that works for this one, such as a compiler, in a process group of its own. It dies with
// this process.
func StartTool(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return startOnSpawner(cmd, nil)
}

// Below lists the processes below one, its children first. Where one starts or ends meanwhile, it and others may be left
// out: the kernel reads a list that changes.
func Below(root int) (pids []int) {
	if _, err := os.Stat(fmt.Sprintf("/proc/%d/task/%d/children", root, root)); err != nil {
		return belowOf(root) // the kernel was built without, or the process is gone
	}
	pids = startedBy(root)
	for i := 0; i < len(pids); i++ {
		for _, pid := range startedBy(pids[i]) {
			if !slices.Contains(pids, pid) {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// BelowAs lists the children of a role below a process, and below its children.
func BelowAs(root int, role string) (pids []int) {
	for _, pid := range Below(root) {
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err == nil && string(bytes.TrimRight(name, "\x00")) == nameOf(role) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// startedBy are what the threads of a process have started. To ask for them is as much work as it has threads, however
// many processes the machine has.
func startedBy(pid int) (pids []int) {
	threads := fmt.Sprintf("/proc/%d/task", pid)
	entries, err := os.ReadDir(threads)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(threads, e.Name(), "children"))
		if err != nil {
			continue
		}
		for _, field := range strings.Fields(string(text)) {
			// A child whose thread ends is another thread's from then on, and may be read twice.
			if child, err := strconv.Atoi(field); err == nil && !slices.Contains(pids, child) {
				pids = append(pids, child)
			}
		}
	}
	return pids
}

// belowOf is Below by the parents of all processes of the machine.
func belowOf(root int) (pids []int) {
	parents := map[int][]int{}
	for _, pid := range all() {
		if fields := stat(pid); len(fields) > 1 {
			if parent, err := strconv.Atoi(fields[1]); err == nil {
				parents[parent] = append(parents[parent], pid)
			}
		}
	}
	pids = slices.Clone(parents[root])
	for i := 0; i < len(pids); i++ {
		pids = append(pids, parents[pids[i]]...)
	}
	return pids
}

// all lists the processes of the machine.
func all() (pids []int) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// stat is what the kernel says of a process behind its name: its state, its parent, its group and more. It is empty for
// one that is gone.
func stat(pid int) []string { return statIn(fmt.Sprintf("/proc/%d", pid)) }

// statIn is stat for the folder of a process, or of one of its threads.
func statIn(folder string) []string {
	text, err := os.ReadFile(filepath.Join(folder, "stat"))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // the name is in brackets, and may hold any
}

// EndMarked kills every process that FolderVariable marks with the folder or one below it, until there is none, and
// returns how many there were. A process inherits the mark, whatever group or session it moves to. Zombies are none.
func EndMarked(folder string) (ended int) {
	if folder == "" { // below which every folder is
		return 0
	}
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		found := 0
		for _, pid := range all() {
			if kill(pid, folder) {
				found++
			}
		}
		if found == 0 {
			return ended
		}
		ended = max(ended, found)
	}
	return ended
}

// kill ends a process if it is marked. The descriptor stays with the process: its number may become another's
// meanwhile.
func kill(pid int, folder string) bool {
	process, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return false
	}
	defer func() { _ = unix.Close(process) }() // it was only signalled
	if fields := stat(pid); !Marked(pid, folder) || len(fields) == 0 || fields[0] == "Z" {
		return false
	}
	return unix.PidfdSendSignal(process, unix.SIGKILL, nil, 0) == nil
}

// Marked tells whether FolderVariable marks a process with the folder or one below it.
func Marked(pid int, folder string) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid)) // of another user's: no permission
	if err != nil {
		return false
	}
	for variable := range strings.SplitSeq(string(text), "\x00") {
		if at, ok := strings.CutPrefix(variable, FolderVariable+"="); ok {
			return at == folder || strings.HasPrefix(at, folder+string(filepath.Separator))
		}
	}
	return false
}

// Holds is how many descriptors a process has open, and its resident memory in bytes; 0 for what the kernel does not
// tell.
func Holds(pid int) (descriptors, resident uint64) {
	if entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid)); err == nil {
		descriptors = uint64(len(entries))
	}
	return descriptors, Resident(pid)
}

// Resident is how much memory a process has, in bytes; 0 where the kernel does not tell.
func Resident(pid int) (bytes uint64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	if fields := strings.Fields(string(text)); len(fields) > 1 {
		if pages, err := strconv.ParseUint(fields[1], 10, 64); err == nil {
			bytes = pages * uint64(os.Getpagesize())
		}
	}
	return bytes
}
