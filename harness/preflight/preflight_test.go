package preflight

import (
	"errors"
	"net"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

var whole = Needs{
	Files: 238, FileSize: 160 << 20, AddressSpace: 24 << 30, Data: 1 << 30, CPU: 120, For: "3 members and a worker",
}

// given are limits, of which those that are not named are endless.
func given(of map[int]unix.Rlimit) func(int) (unix.Rlimit, error) {
	return func(resource int) (unix.Rlimit, error) {
		if l, ok := of[resource]; ok {
			return l, nil
		}
		return unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}, nil
	}
}

func soft(n uint64) unix.Rlimit { return unix.Rlimit{Cur: n, Max: unix.RLIM_INFINITY} }

// Each of these failed trial by trial, up to half a minute each, with "exit code 1" as the cause.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits map[int]unix.Rlimit
		want   []string
	}{
		{"none", nil, nil},
		{"just enough", map[int]unix.Rlimit{unix.RLIMIT_NOFILE: {Cur: 64, Max: 238}, unix.RLIMIT_FSIZE: soft(160 << 20)}, nil},
		{"open files", map[int]unix.Rlimit{unix.RLIMIT_NOFILE: {Cur: 64, Max: 64}},
			[]string{"the limit of open files is 64, and 3 members and a worker may take 238: ulimit -n 4096"}},
		{"file size", map[int]unix.Rlimit{unix.RLIMIT_FSIZE: soft(1024)},
			[]string{"the limit of file size is 0 MB, and 3 members and a worker may take 160 MB: ulimit -f unlimited"}},
		{"two at once", map[int]unix.Rlimit{unix.RLIMIT_AS: soft(3<<30 + 1<<19), unix.RLIMIT_CPU: soft(10)}, []string{
			"the limit of address space is 3072.5 MB, and 3 members and a worker may take 24576 MB: ulimit -v unlimited",
			"the limit of CPU time is 10 s, and 3 members and a worker may take 120 s: ulimit -t unlimited",
		}},
		{"data", map[int]unix.Rlimit{unix.RLIMIT_DATA: soft(256 << 20)}, []string{"the limit of data segment is 256 MB"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := compare(whole, given(c.limits))
			if (err == nil) != (len(c.want) == 0) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %s", err, want)
				}
			}
		})
	}
	if err := compare(Needs{}, given(map[int]unix.Rlimit{unix.RLIMIT_NOFILE: {}})); err != nil {
		t.Errorf("what needs nothing: %v", err)
	}
	refused := func(int) (unix.Rlimit, error) { return unix.Rlimit{}, unix.EPERM }
	if err := compare(whole, refused); !errors.Is(err, unix.EPERM) || !strings.Contains(err.Error(), "open files") {
		t.Errorf("a limit that is not told: %v", err)
	}
}

func TestWritable(t *testing.T) {
	base := t.TempDir()
	if err := Writable(base); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(base); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	for _, base := range []string{"/proc", base + "/none"} {
		if err := Writable(base); err == nil || !strings.Contains(err.Error(), base+" cannot be written to") {
			t.Errorf("%s: %v", base, err)
		}
	}
}

func TestLoopback(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "127.200.3.4"} {
		if err := Loopback(host); err != nil {
			t.Error(err)
		}
	}
	if err := Loopback("192.0.2.1"); err == nil || !strings.Contains(err.Error(), "nothing can listen on 192.0.2.1") {
		t.Errorf("an address of no machine: %v", err)
	}
	down := func(string, string) (net.Conn, error) { return nil, unix.ENETUNREACH }
	err := loopback("127.0.0.1", net.Listen, down)
	if !errors.Is(err, unix.ENETUNREACH) || !strings.Contains(err.Error(), "127.0.0.1 does not answer") ||
		!strings.Contains(err.Error(), "ip link set lo up") {
		t.Errorf("an interface that is down: %v", err)
	}
}
