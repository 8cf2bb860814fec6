package terminal

import (
	"os/exec"
	"testing"
)

func TestTerminal(t *testing.T) {
	screen, err := Open(123)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", `stty size <&2 >&2; [ -t 2 ] && printf 'one\r\033[Ktwo' >&2`)
	cmd.Stderr = screen.Theirs
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
	if err := screen.Theirs.Close(); err != nil {
		t.Error(err)
	}
	<-screen.Done()
	if err := screen.Close(); err != nil {
		t.Error(err)
	}
	if got, want := screen.Text(), "24 123\r\none\r\x1b[Ktwo"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
