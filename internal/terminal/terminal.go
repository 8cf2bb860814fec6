// Package terminal opens a pseudo terminal for a program that a test or a tool runs: on one, progress is a line that is
// redrawn and shows every phase; elsewhere it is a line a trial.
package terminal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Terminal keeps all that is written to it.
type Terminal struct {
	Theirs *os.File // the end for the program
	ours   *os.File
	done   chan struct{} // closed when reading has ended
	mu     sync.Mutex
	all    []byte
	failed error
}

// Open opens a terminal of so many columns.
//
// https://man7.org/linux/man-pages/man4/pts.4.html
func Open(columns int) (*Terminal, error) {
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	theirs, err := openTheirs(int(ours.Fd()), columns)
	if err != nil {
		return nil, errors.Join(err, ours.Close())
	}
	t := &Terminal{ours: ours, Theirs: theirs, done: make(chan struct{})}
	go t.read()
	return t, nil
}

func openTheirs(ours, columns int) (*os.File, error) {
	if err := unix.IoctlSetPointerInt(ours, unix.TIOCSPTLCK, 0); err != nil {
		return nil, err
	}
	if err := unix.IoctlSetWinsize(ours, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(columns)}); err != nil {
		return nil, err
	}
	number, err := unix.IoctlGetInt(ours, unix.TIOCGPTN)
	if err != nil {
		return nil, err
	}
	return os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
}

// read reads until no process has the terminal open any more, which is an EIO on Linux.
func (t *Terminal) read() {
	defer close(t.done)
	piece := make([]byte, 4096)
	for {
		n, err := t.ours.Read(piece)
		t.mu.Lock()
		t.all = append(t.all, piece[:n]...)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, syscall.EIO) {
			t.failed = err
		}
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Done is closed when no process has the terminal open any more. That is never while Theirs is open here.
func (t *Terminal) Done() <-chan struct{} { return t.done }

// Close waits for the last words of all who have the terminal open. Theirs may be closed already.
func (t *Terminal) Close() error {
	err := t.Theirs.Close()
	if errors.Is(err, os.ErrClosed) {
		err = nil
	}
	<-t.done
	return errors.Join(err, t.failed, t.ours.Close())
}

// Text is what was written by now.
func (t *Terminal) Text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.all)
}
