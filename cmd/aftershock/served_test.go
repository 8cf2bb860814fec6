package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"aftershock/harness/live"
)

// served is the program with a live view. What it says on standard error is read to the end.
type served struct {
	*exec.Cmd
	base string // the page's address, with a slash at its end
	said strings.Builder
	told strings.Builder // on standard output
	read chan struct{}   // standard error has ended
}

// startServed starts a program, whose machine's lock is in a folder, with --serve and these arguments, and returns once
// it says where the run is shown.
func startServed(t *testing.T, program, locks string, args ...string) *served {
	t.Helper()
	s := &served{Cmd: exec.Command(program, append(args, "--serve", "127.0.0.1:0")...), read: make(chan struct{})}
	s.Env = append(os.Environ(), asProgram+"="+locks)
	s.Stdout = &s.told
	stderr, err := s.StderrPipe()
	mustDo(t, err)
	mustDo(t, s.Start())
	t.Cleanup(func() { _ = s.Process.Kill() }) // at the latest; it has mostly ended by then
	lines := bufio.NewReader(stderr)
	for s.base == "" {
		line, err := lines.ReadString('\n')
		s.said.WriteString(line)
		if err != nil {
			t.Fatalf("it is shown nowhere: %s", s.said.String())
		}
		if rest, ok := strings.CutPrefix(line, "live: "); ok {
			s.base, _, _ = strings.Cut(rest, " ")
		}
	}
	go func() {
		defer close(s.read)
		_, _ = io.Copy(&s.said, lines)
	}()
	return s
}

// end waits for the exit code, and for all that was said.
func (s *served) end(t *testing.T) (code int, said string) {
	t.Helper()
	<-s.read
	var exit *exec.ExitError
	if err := s.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return s.ProcessState.ExitCode(), s.said.String()
}

// address is host:port of the page.
func (s *served) address() string { return strings.Trim(strings.TrimPrefix(s.base, "http://"), "/") }

// free fails unless another program could have the port now.
func (s *served) free(t *testing.T) {
	t.Helper()
	at, err := net.Listen("tcp", s.address())
	if err != nil {
		t.Errorf("the port is not free again: %v", err)
		return
	}
	at.Close()
}

// get is a page of a live view.
func get(address string) (string, error) {
	response, err := http.Get(address)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(response.Status)
	}
	return string(text), err
}

// viewer follows a live view by server-sent events.
type viewer struct {
	body  io.ReadCloser
	lines *bufio.Reader
}

func follow(base string) (*viewer, error) {
	response, err := http.Get(base + "events")
	if err != nil {
		return nil, err
	}
	return &viewer{response.Body, bufio.NewReader(response.Body)}, nil
}

// next is what the next message is about and holds. Its error is io.EOF where the stream ended as it should.
func (v *viewer) next() (kind live.Kind, text string, err error) {
	for {
		line, err := v.lines.ReadString('\n')
		if err != nil {
			return "", "", err
		}
		switch field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": "); field {
		case "event":
			kind = live.Kind(value)
		case "data":
			return kind, value, nil
		}
	}
}

// await reads on to the first message of a kind.
func (v *viewer) await(t *testing.T, wanted live.Kind) (e live.Event) {
	t.Helper()
	for {
		kind, text, err := v.next()
		if err != nil {
			t.Fatalf("no message of the kind %s: %v", wanted, err)
		}
		if kind == wanted {
			mustDo(t, json.Unmarshal([]byte(text), &e))
			return e
		}
	}
}

// silent is a viewer that never reads.
func silent(t *testing.T, address string) net.Conn {
	t.Helper()
	connection, err := dialSilent(address)
	mustDo(t, err)
	t.Cleanup(func() { connection.Close() })
	return connection
}

func dialSilent(address string) (net.Conn, error) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(connection, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
	return connection, err
}
