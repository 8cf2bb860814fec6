package collector

import (
	"bytes"
	"fmt"
	"os"
	"sync"

	"aftershock/scenarios/collector/part"
)

// log is a real pipe with a reader at its other end, as the log of a service in a container is: writing to it is a
// system call, and waits while the pipe is full. A log that goes to io.Discard costs nothing, and so hides what a storm
// costs.
type log struct {
	write   *os.File
	err     error // why there is no pipe
	reading sync.WaitGroup
}

// openLog counts the lines that come out of the pipe.
func openLog(count part.Count) *log {
	l := &log{}
	read, write, err := os.Pipe()
	if err != nil {
		l.err = fmt.Errorf("the log's pipe: %w", err)
		return l
	}
	l.write = write
	l.reading.Go(func() {
		defer read.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := read.Read(buffer)
			count(LogLines, uint64(bytes.Count(buffer[:n], []byte{'\n'})))
			if err != nil {
				return
			}
		}
	})
	return l
}

// Write writes to the pipe.
func (l *log) Write(p []byte) (int, error) { return l.write.Write(p) }

// close waits until everything that was written has been read.
func (l *log) close() {
	l.write.Close()
	l.reading.Wait()
}
