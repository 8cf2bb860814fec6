package network_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"aftershock/chaos/network"
)

// A connection through a network takes two descriptors there and one at each end. So that ten thousand fit, and so that
// the memory of the network can be told from that of its users, each end has a process of its own: this test binary
// with one of these roles in its environment. It ends when its input does.
const (
	roleVariable = "NETWORK_TEST_ROLE"
	roleMember   = "member" // prints where it listens, and sends the first byte of each connection back
	roleDialler  = "dialler"
)

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(roleVariable) {
	case roleMember:
		err = playMember(os.Stdin, os.Stdout)
	case roleDialler:
		err = playDialler(os.Stdin, os.Stdout)
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func playMember(in io.Reader, out io.Writer) error {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, l.Addr())
	go func() {
		var open []net.Conn
		for {
			c, err := l.Accept()
			if err != nil {
				break
			}
			open = append(open, c)
			io.CopyN(c, c, 1)
		}
		for _, c := range open { // and until then they are not collected as garbage, which would close them
			c.Close()
		}
	}()
	_, err = io.Copy(io.Discard, in)
	l.Close()
	return err
}

// playDialler reads the address of a proxy and a number of connections, opens them from n1 to n2, and prints how many
// have carried a byte there and back.
func playDialler(in io.Reader, out io.Writer) error {
	var proxy string
	var n int
	if _, err := fmt.Fscan(in, &proxy, &n); err != nil {
		return err
	}
	var open []net.Conn
	for range n {
		c, err := net.Dial("tcp", proxy)
		if err != nil {
			return fmt.Errorf("after %d connections: %w", len(open), err)
		}
		open = append(open, c)
		want := welcome + granted + answer(0) + "!"
		io.WriteString(c, hello+login("n1")+connectTo(network.PeerHost("n2"), network.PeerPort)+"!")
		got := make([]byte, len(want))
		if _, err := io.ReadFull(c, got); err != nil {
			return fmt.Errorf("after %d connections: %w", len(open), err)
		}
		if string(got) != want {
			return fmt.Errorf("after %d connections: answered % x", len(open), got)
		}
	}
	fmt.Fprintln(out, len(open))
	_, err := io.Copy(io.Discard, in)
	runtime.KeepAlive(open) // garbage would be closed
	return err
}

// end is a child that plays a role.
type end struct {
	in  io.Writer
	out *bufio.Reader
}

func startEnd(t testing.TB, role string) end {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), roleVariable+"="+role)
	c.Stderr = os.Stderr
	in := must[io.WriteCloser](t)(c.StdinPipe())
	out := must[io.ReadCloser](t)(c.StdoutPipe())
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		c.Wait()
	})
	return end{in, bufio.NewReader(out)}
}

func (e end) line(t testing.TB) string {
	t.Helper()
	return strings.TrimSpace(must[string](t)(e.out.ReadString('\n')))
}

// descriptorLimit raises the limit of this process to what is needed, as far as it may, and gives what it has come to.
func descriptorLimit(t testing.TB, need uint64) uint64 {
	t.Helper()
	var have unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &have); err != nil {
		t.Fatal(err)
	}
	if have.Cur >= need {
		return have.Cur
	}
	if unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: need, Max: max(need, have.Max)}) == nil {
		return need
	}
	unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: have.Max, Max: have.Max}) // only root may go beyond
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &have); err != nil {
		t.Fatal(err)
	}
	return have.Cur
}
