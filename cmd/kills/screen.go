package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// screen is the terminal that a run's progress goes to: there it is drawn five times a second, and elsewhere once.
type screen struct {
	ours, theirs *os.File
	reading      sync.WaitGroup
	mu           sync.Mutex
	all          []byte
	failed       error
}

// openScreen opens a pseudo terminal.
//
// https://man7.org/linux/man-pages/man4/pts.4.html
func openScreen() (*screen, error) {
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	fd := int(ours.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, errors.Join(err, ours.Close())
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return nil, errors.Join(err, ours.Close())
	}
	theirs, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, errors.Join(err, ours.Close())
	}
	s := &screen{ours: ours, theirs: theirs}
	s.reading.Go(s.read)
	return s, nil
}

// read reads until nobody has the terminal open any more, which is an EIO on Linux.
func (s *screen) read() {
	piece := make([]byte, 4096)
	for {
		n, err := s.ours.Read(piece)
		s.mu.Lock()
		s.all = append(s.all, piece[:n]...)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, syscall.EIO) {
			s.failed = err
		}
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// close waits for the last words of all who have the terminal open.
func (s *screen) close() error {
	err := s.theirs.Close()
	s.reading.Wait()
	return errors.Join(err, s.failed, s.ours.Close())
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.all)
}
