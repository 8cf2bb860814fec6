package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var nothing = func(string) {}

func take(t *testing.T, folder string) (release func()) {
	t.Helper()
	release, err := takeLock(context.Background(), []string{folder}, 0, nothing)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

func TestASecondRunIsRefusedAndToldWhose(t *testing.T) {
	folder := t.TempDir()
	release := take(t, folder)
	_, err := takeLock(context.Background(), []string{folder}, time.Millisecond, nothing)
	if !errors.Is(err, ErrMachineTaken) {
		t.Fatalf("a second one: %v", err)
	}
	for _, want := range []string{fmt.Sprintf("process %d (", os.Getpid()), filepath.Base(os.Args[0]), "waited for 1ms"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
	release()
	take(t, folder)()
}

// The one that waits says for whom, once, and goes on as soon as the other has ended.
func TestASecondRunWaits(t *testing.T) {
	folder := t.TempDir()
	release := take(t, folder)
	waiting := make(chan string, 10)
	taken := make(chan error, 1)
	go func() {
		again, err := takeLock(context.Background(), []string{folder}, time.Hour, func(line string) { waiting <- line })
		again()
		taken <- err
	}()
	line := <-waiting
	want := fmt.Sprintf("waiting for another run on this machine: process %d", os.Getpid())
	if !strings.HasPrefix(line, want) {
		t.Errorf("it says %q", line)
	}
	if !strings.HasSuffix(line, "for 1h at most") {
		t.Errorf("it says %q", line)
	}
	release()
	if err := <-taken; err != nil {
		t.Fatal(err)
	}
	if len(waiting) > 0 {
		t.Errorf("it says more: %q", <-waiting)
	}
}

func TestAWaitThatIsInterrupted(t *testing.T) {
	folder := t.TempDir()
	defer take(t, folder)()
	ctx, cancel := context.WithCancelCause(context.Background())
	cause := errors.New("Ctrl-C")
	_, err := takeLock(ctx, []string{folder}, time.Hour, func(string) { cancel(cause) })
	if !errors.Is(err, cause) {
		t.Fatal(err)
	}
}

// Many that come at once find one file, and have it one after the other.
func TestOneAtATime(t *testing.T) {
	folder := t.TempDir()
	var all sync.WaitGroup
	var inside sync.Mutex
	for range 8 {
		all.Go(func() {
			release, err := takeLock(context.Background(), []string{folder}, time.Hour, nothing)
			if err != nil {
				t.Error(err)
				return
			}
			if !inside.TryLock() {
				t.Error("two have the machine")
			} else {
				for range 1000 {
					runtime.Gosched()
				}
				inside.Unlock()
			}
			release()
		})
	}
	all.Wait()
}

// Another user's umask must not keep this one out, and nothing is written to a file that others may have put there.
func TestTheLocksFile(t *testing.T) {
	old := unix.Umask(0o077)
	defer unix.Umask(old)
	folder := t.TempDir()
	take(t, folder)()
	info, err := os.Stat(filepath.Join(folder, machineLock))
	if err != nil || info.Mode().Perm() != 0o644 || info.Size() != 0 {
		t.Fatalf("%v, %v", info, err)
	}
}

func TestWhatLiesInTheLocksPlace(t *testing.T) {
	target := filepath.Join(t.TempDir(), "target")
	for name, place := range map[string]func(string) error{
		"a link":   func(at string) error { return os.Symlink(target, at) },
		"a folder": func(at string) error { return os.Mkdir(at, 0o700) },
		"a FIFO":   func(at string) error { return unix.Mkfifo(at, 0o600) },
	} {
		bad, good := t.TempDir(), t.TempDir()
		at := filepath.Join(bad, machineLock)
		if err := place(at); err != nil {
			t.Fatal(err)
		}
		if _, err := takeLock(context.Background(), []string{bad, filepath.Join(bad, "none")}, 0, nothing); err == nil ||
			errors.Is(err, ErrMachineTaken) || !strings.Contains(err.Error(), at) {
			t.Errorf("%s: %v", name, err)
		}
		release, err := takeLock(context.Background(), []string{bad, good}, 0, nothing)
		if err != nil {
			t.Errorf("%s, and another folder: %v", name, err)
		}
		release()
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("the link was followed")
	}
}

func TestLockedBy(t *testing.T) {
	const locks = `1: POSIX  ADVISORY  WRITE 11 00:1a:27 0 EOF
2: FLOCK  ADVISORY  WRITE 21315 fe:00:9985345 0 EOF
2: -> FLOCK  ADVISORY  WRITE 22 fe:00:9985345 0 EOF
3: FLOCK  ADVISORY  READ 0 00:1b:5 0 EOF
4: OFDLCK ADVISORY  READ -1 00:06:353 0 EOF
`
	for _, c := range []struct {
		id  string
		pid int
		ok  bool
	}{
		{"fe:00:9985345", 21315, true}, {"00:1a:27", 0, false}, {"00:1b:5", 0, false}, {"fe:00:1", 0, false},
	} {
		if pid, ok := lockedBy(locks, c.id); pid != c.pid || ok != c.ok {
			t.Errorf("%s: %d, %v, want %d, %v", c.id, pid, ok, c.pid, c.ok)
		}
	}
}

func FuzzLockedBy(f *testing.F) {
	f.Add("2: FLOCK  ADVISORY  WRITE 21315 fe:00:9985345 0 EOF\n", "fe:00:9985345")
	f.Add("1: -> FLOCK\n", "")
	f.Fuzz(func(t *testing.T, locks, id string) {
		if pid, ok := lockedBy(locks, id); ok != (pid > 0) {
			t.Fatalf("%d, %v", pid, ok)
		}
	})
}

func TestAnothersCommandIsPrintable(t *testing.T) {
	for command, want := range map[string]string{
		"aftershock\x00run\x00leader-churn\x00": "aftershock run leader-churn",
		"sh\x00-c\x00\x1b[2J\n":                 "sh -c ?[2J?",
		strings.Repeat("ä", 200):                strings.Repeat("ä", 120),
		"\xff\xfe":                              "\uFFFD\uFFFD",
		"":                                      "",
	} {
		if got := readable(command); got != want {
			t.Errorf("%q: %q, want %q", command, got, want)
		}
	}
}
