package evidence_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/harness/evidence"
	"aftershock/internal/clock"
	"aftershock/results"

	"github.com/google/pprof/profile"
)

const ms = clock.Nanos(time.Millisecond)

// config profiles two short windows, one after the other, and watches the second.
func config(folder string) *evidence.Config {
	fault := results.Phase{Name: results.InFault, From: 60 * ms, To: 120 * ms}
	return &evidence.Config{
		Folder: folder, Windows: []results.Phase{{Name: results.Steady, From: 0, To: 60 * ms}, fault}, Watched: fault,
		Response: time.Second, Trace: 1 << 30, Ring: 1 << 20,
	}
}

// awaitFile works until a file is there and not empty.
func awaitFile(t *testing.T, path string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		if info, err := os.Stat(path); err == nil && info.Size() > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no %s", path)
		}
	}
}

func isTrace(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(data, []byte("go 1.")) || len(data) < 1000 {
		t.Errorf("%s is not a trace: %d bytes, %v", path, len(data), err)
	}
}

func TestARecorderLeavesWhatItSays(t *testing.T) {
	folder := t.TempDir()
	c := config(folder)
	c.Watched.To = clock.Nanos(time.Hour)
	r, epoch := evidence.New(c), clock.Now()
	r.Start(context.Background(), epoch)
	awaitFile(t, filepath.Join(folder, results.ProfileFile(results.InFault)))
	r.Ended(int64(10 * ms)) // slower, and not watched
	r.Ended(int64(100 * ms))
	r.Ended(int64(clock.Now() - epoch)) // faster
	e := r.Stop()
	if len(e.Missing) > 0 || e.TraceEnd != 0 || len(e.Profiles) != 2 {
		t.Fatalf("%+v", e)
	}
	for i, window := range []string{results.Steady, results.InFault} {
		p := e.Profiles[i]
		if p.Window != window || p.From >= p.To || p.From < config("").Windows[i].From ||
			p.To < config("").Windows[i].To {
			t.Errorf("%s was profiled from %v to %v", p.Window, p.From, p.To)
		}
		data, err := os.ReadFile(filepath.Join(folder, results.ProfileFile(window)))
		if err != nil {
			t.Fatal(err)
		}
		if parsed, err := profile.ParseData(data); err != nil || parsed.DurationNanos <= 0 {
			t.Errorf("%s: %v", window, err)
		}
	}
	isTrace(t, filepath.Join(folder, results.TraceFile))
	isTrace(t, filepath.Join(folder, results.WorstFile))
	if info, err := os.Stat(filepath.Join(folder, results.TraceFile)); err != nil || info.Size() != e.TraceBytes {
		t.Errorf("%d bytes are said, %v, %v", e.TraceBytes, info, err)
	}
	w := e.Worst
	if w == nil || w.At != 100*ms || w.Response <= 0 || w.Taken < w.At.Add(w.Response) || w.Dumps != 1 {
		t.Errorf("worst %+v", w)
	}
	noLeftovers(t, folder)
}

func noLeftovers(t *testing.T, folder string) {
	t.Helper()
	if half, err := filepath.Glob(filepath.Join(folder, "*.next")); err != nil || len(half) > 0 {
		t.Errorf("%v is left, %v", half, err)
	}
}

// A next dump is worth it only for a batch that is slower by half; and then the last is the one that is kept.
func TestASlowerBatchIsDumpedAgain(t *testing.T) {
	folder := t.TempDir()
	c := config(folder)
	c.Windows, c.Watched.From = nil, -1<<40
	r := evidence.New(c)
	epoch := clock.Now()
	r.Start(context.Background(), epoch)
	slow := func(response time.Duration) { r.Ended(int64((clock.Now() - epoch).Add(-response))) }
	slow(time.Second)
	path := filepath.Join(folder, results.WorstFile)
	awaitFile(t, path)
	first, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	slow(1200 * time.Millisecond) // not by half
	slow(4 * time.Second)
	w := r.Stop().Worst
	if w == nil || w.Dumps != 2 || w.Response < 4*time.Second {
		t.Errorf("worst %+v", w)
	}
	if second, err := os.Stat(path); err != nil || os.SameFile(first, second) {
		t.Errorf("the first recording is still there, %v", err)
	}
}

// What was interrupted is kept as far as it came.
func TestARecorderThatIsStoppedKeepsWhatThereIs(t *testing.T) {
	folder := t.TempDir()
	c := config(folder)
	hour := clock.Nanos(time.Hour)
	c.Windows[0].To, c.Windows[1].From, c.Windows[1].To = hour, hour, 2*hour
	ctx, cancel := context.WithCancel(context.Background())
	r := evidence.New(c)
	r.Start(ctx, clock.Now())
	cancel()
	e := r.Stop()
	// Whether the profile had begun is a matter of who was first.
	if len(e.Missing) > 0 || len(e.Profiles) > 1 || e.Worst != nil || e.TraceBytes == 0 {
		t.Errorf("%+v", e)
	}
	isTrace(t, filepath.Join(folder, results.TraceFile))
}

func TestATraceEndsAtItsLimit(t *testing.T) {
	folder := t.TempDir()
	c := config(folder)
	c.Trace = 1
	r := evidence.New(c)
	r.Start(context.Background(), clock.Now())
	awaitFile(t, filepath.Join(folder, results.TraceFile))
	e := r.Stop()
	if e.TraceEnd <= 0 || e.TraceBytes < 1 || len(e.Missing) > 0 {
		t.Errorf("%+v", e)
	}
	isTrace(t, filepath.Join(folder, results.TraceFile))
}

// A disk that is full costs the evidence, and says so; nothing hangs, and nothing else is lost.
func TestAFullDisk(t *testing.T) {
	for _, full := range []string{results.TraceFile, results.ProfileFile(results.Steady) + ".next",
		results.WorstFile + ".next"} {
		t.Run(full, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.Symlink("/dev/full", filepath.Join(folder, full)); err != nil {
				t.Fatal(err)
			}
			r := evidence.New(config(folder))
			r.Start(context.Background(), clock.Now())
			awaitFile(t, filepath.Join(folder, results.ProfileFile(results.InFault)))
			r.Ended(int64(100 * ms))
			e := r.Stop()
			name := strings.TrimSuffix(full, ".next")
			if len(e.Missing) != 1 || !strings.HasPrefix(e.Missing[0], name+": ") ||
				!strings.Contains(e.Missing[0], "no space left") {
				t.Errorf("missing %q", e.Missing)
			}
			if (name == results.WorstFile) != (e.Worst == nil) || (name == results.TraceFile) != (e.TraceBytes == 0) {
				t.Errorf("%+v", e)
			}
			noLeftovers(t, folder)
		})
	}
}

func TestAFolderThatIsNotThere(t *testing.T) {
	r := evidence.New(config(filepath.Join(t.TempDir(), "gone")))
	ctx, cancel := context.WithCancel(context.Background())
	r.Start(ctx, clock.Now())
	r.Ended(int64(100 * ms))
	cancel()
	e := r.Stop()
	if len(e.Missing) < 1 || !strings.Contains(e.Missing[0], "no such file or directory") || e.TraceBytes != 0 {
		t.Errorf("%+v", e)
	}
}

func TestNoRecorder(t *testing.T) {
	r := evidence.New(nil)
	r.Start(context.Background(), 0)
	r.Ended(0)
	if e := r.Stop(); e != nil {
		t.Errorf("%+v", e)
	}
}
