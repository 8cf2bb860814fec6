package affinity

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// onOwnThread runs a test on a thread that is thrown away afterwards: a goroutine that ends locked takes its thread
// along.
func onOwnThread(t *testing.T, test func() error) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- test()
	}()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func cores(t *testing.T) []int {
	t.Helper()
	all, err := Cores()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func keptTo(when string, thread int, want []int) error {
	got, err := of(thread)
	if err == nil && Format(got) != Format(want) {
		err = fmt.Errorf("%s: kept to %q, want %q", when, Format(got), Format(want))
	}
	return err
}

// othersKeptTo looks at every thread but one.
func othersKeptTo(but int, want []int) error {
	entries, err := os.ReadDir(threads)
	errs := []error{err}
	for _, e := range entries {
		thread, err := strconv.Atoi(e.Name())
		if err == nil && thread != but {
			err = keptTo("thread "+e.Name(), thread, want)
		}
		if !errors.Is(err, unix.ESRCH) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func TestCoresAreTheKernels(t *testing.T) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	if line := "Cpus_allowed_list:\t" + Format(cores(t)) + "\n"; !strings.Contains(string(status), line) {
		t.Errorf("no %q in\n%s", line, status)
	}
}

func TestDuringKeepsOneThreadAndGivesItBack(t *testing.T) {
	all := cores(t)
	first := all[:1]
	onOwnThread(t, func() error {
		return errors.Join(
			During(first, func() error {
				return errors.Join(keptTo("during", self, first), othersKeptTo(unix.Gettid(), all))
			}),
			keptTo("afterwards", self, all),
			During(nil, func() error { return keptTo("without cores", self, all) }),
		)
	})
}

// An error of what is done must not leave the thread behind with fewer cores: its next child would get them.
func TestDuringGivesBackAfterAnError(t *testing.T) {
	all, broken := cores(t), errors.New("broken")
	onOwnThread(t, func() error {
		if err := During(all[:1], func() error { return broken }); !errors.Is(err, broken) {
			t.Errorf("the error is %v, want %v", err, broken)
		}
		return keptTo("after an error", self, all)
	})
}

func TestDuringRefusesCoresThatDoNotExist(t *testing.T) {
	all := cores(t)
	for _, c := range []struct {
		cores []int
		want  string
	}{
		// The kernel would take the second by leaving out what it does not have.
		{[]int{60000}, "cores 60000: this machine, or the cpuset of this process, has no 60000 (online: "},
		{[]int{all[0], 60000, 60001}, "has no 60000-60001 (online: "},
		{[]int{-1}, "core -1: the kernel numbers them from 0"},
		{[]int{1 << 20}, "core 1048576: "},
	} {
		onOwnThread(t, func() error {
			err := During(c.cores, func() error { t.Errorf("cores %v: done all the same", c.cores); return nil })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("cores %v: %v, want %q", c.cores, err, c.want)
			}
			return keptTo("after a refusal", self, all)
		})
	}
}

// TestMain makes the binary a child that keeps itself to the cores that it was told.
func TestMain(m *testing.M) {
	if list, ok := os.LookupEnv("AFFINITY_TEST_KEEP"); ok {
		os.Exit(keepChild(list))
	}
	os.Exit(m.Run())
}

// keepChild keeps itself to one list after another, while it has many threads, and prints what it has become: the
// cores, the processors and the error after each, and then those of each thread.
func keepChild(lists string) int {
	var locked, stopped sync.WaitGroup
	stop := make(chan struct{})
	for range 20 {
		locked.Add(1)
		stopped.Go(func() {
			runtime.LockOSThread()
			locked.Done()
			<-stop
		})
	}
	locked.Wait()
	for list := range strings.SplitSeq(lists, ";") {
		cores, err := Parse(list)
		if err == nil {
			err = Keep(cores)
		}
		now, _ := Cores()
		fmt.Println(Format(now), runtime.GOMAXPROCS(0), err)
	}
	entries, err := os.ReadDir(threads)
	if err != nil {
		return 1
	}
	for _, e := range entries {
		status, err := os.ReadFile(threads + "/" + e.Name() + "/status")
		if err != nil {
			continue // it has ended
		}
		for line := range strings.Lines(string(status)) {
			if strings.HasPrefix(line, "Cpus_allowed_list") {
				fmt.Print(line)
			}
		}
	}
	close(stop)
	stopped.Wait()
	return 0
}

func keepInChild(t *testing.T, list string, env ...string) string {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), append(env, "AFFINITY_TEST_KEEP="+list)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestKeepKeepsEveryThread(t *testing.T) {
	first := Format(cores(t)[:1])
	lines := strings.Split(strings.TrimSpace(keepInChild(t, first, "GOMAXPROCS=")), "\n")
	if want := first + " 1 <nil>"; lines[0] != want {
		t.Errorf("kept to cores, processors, error %q, want %q", lines[0], want)
	}
	if len(lines) < 20 {
		t.Fatalf("the child listed %d threads, of more than 20", len(lines)-1)
	}
	for _, line := range lines[1:] {
		if line != "Cpus_allowed_list:\t"+first {
			t.Errorf("a thread has %q, want %s", line, first)
		}
	}
}

// A run gives the cores back that it did not use.
func TestKeepGivesBack(t *testing.T) {
	all, first := cores(t), cores(t)[:1]
	got := keepInChild(t, Format(first)+";"+Format(all), "GOMAXPROCS=")
	if want := "Cpus_allowed_list:\t" + Format(all) + "\n"; strings.Count(got, want) <= 20 {
		t.Errorf("not all of more than 20 threads have all cores:\n%s", got)
	}
	lines := strings.Split(got, "\n")
	if want := Format(all) + " "; !strings.HasPrefix(lines[1], want) || !strings.HasSuffix(lines[1], " <nil>") {
		t.Errorf("afterwards cores, processors, error are %q, want %q", lines[1], want)
	}
	if len(all) > 1 && lines[1] == Format(all)+" 1 <nil>" {
		t.Errorf("one processor for the cores %s", Format(all))
	}
}

// A user who sets GOMAXPROCS means it.
func TestKeepLeavesAGOMAXPROCSOfTheEnvironment(t *testing.T) {
	first := Format(cores(t)[:1])
	if got, want := keepInChild(t, first, "GOMAXPROCS=5"), first+" 5 <nil>\n"; !strings.HasPrefix(got, want) {
		t.Errorf("kept to cores, processors, error %q, want %q", got, want)
	}
}

func TestKeepRefuses(t *testing.T) {
	all := Format(cores(t))
	for list, want := range map[string]string{"": "no cores at all", "60000": "has no 60000 (online: "} {
		got := keepInChild(t, list)
		if !strings.Contains(got, want) || !strings.HasPrefix(got, all+" ") {
			t.Errorf("keep to %q: %q, want %q and still cores %s", list, got, want, all)
		}
		for line := range strings.Lines(got) {
			if strings.HasPrefix(line, "Cpus_allowed_list") && line != "Cpus_allowed_list:\t"+all+"\n" {
				t.Errorf("keep to %q: a thread has %q, want %s", list, line, all)
			}
		}
	}
}
