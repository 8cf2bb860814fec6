package service

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"
)

// OutputFile is the file of a trial's folder that keeps what the program has printed.
const OutputFile = "target.log"

// The limits of what is kept of a program's output.
const (
	mostOutput = 1 << 20 // bytes; what comes after is counted
	lastLines  = 5       // that an error quotes
	mostLine   = 200     // bytes of each
)

// output keeps what a program prints, standard output and standard error in one, and its last lines. It takes all that
// comes, so that no program waits for it.
type output struct {
	theirs *os.File // what the program writes to
	ours   *os.File
	file   *os.File
	read   chan struct{} // closed when all was read
	redact redactor

	mu   sync.Mutex
	last []string
}

func newOutput(folder string, redact redactor) (*output, error) {
	file, err := os.Create(filepath.Join(folder, OutputFile))
	if err != nil {
		return nil, err
	}
	o := &output{file: file, read: make(chan struct{}), redact: redact}
	if o.ours, o.theirs, err = os.Pipe(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	go o.follow()
	return o, nil
}

func (o *output) follow() {
	defer close(o.read)
	lines := bufio.NewReaderSize(o.ours, 64<<10)
	kept, dropped, begun := 0, 0, ""
	for {
		part, err := lines.ReadSlice('\n') // a longer line comes in parts
		line := begun + string(part)
		begun = ""
		if errors.Is(err, bufio.ErrBufferFull) { // what may be the beginning of a secret waits for the rest of it
			at := max(0, len(line)-o.redact.longest)
			line, begun = line[:at], line[at:]
		}
		line = o.redact.text(line)
		n := max(0, min(len(line), mostOutput-kept))
		_, _ = o.file.WriteString(line[:n]) // a full disk must not stop the program
		kept, dropped = kept+n, dropped+len(line)-n
		o.remember(line)
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
	}
	if dropped > 0 {
		_, _ = fmt.Fprintf(o.file, "\n(aftershock: %d bytes more were printed and not kept)\n", dropped)
	}
}

// remember keeps a line among the last, as it may be printed.
func (o *output) remember(line string) {
	line = strings.TrimRightFunc(strings.Map(printable, line), unicode.IsSpace)
	if line == "" {
		return
	}
	if len(line) > mostLine {
		line = strings.ToValidUTF8(line[:mostLine], "") + "..."
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = append(o.last, line)
	o.last = o.last[max(0, len(o.last)-lastLines):]
}

// printable replaces what could drive a terminal.
func printable(r rune) rune {
	if r == '\t' || unicode.IsSpace(r) {
		return ' '
	}
	if !unicode.IsPrint(r) {
		return unicode.ReplacementChar
	}
	return r
}

// lastWords quotes the last lines; it says so when there is none.
func (o *output) lastWords() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.last) == 0 {
		return "it printed nothing"
	}
	return "its last lines: " + strings.Join(o.last, " | ")
}

// drain waits until all that an ended program has printed was read, or for a moment where a process that it left
// behind still has the pipe.
func (o *output) drain() {
	timer := time.NewTimer(200 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-o.read:
	case <-timer.C:
	}
}

// started leaves the pipe's other end to the program alone.
func (o *output) started() { o.theirs.Close() }

// close ends reading, even while a process that was left behind still has the pipe, and closes the file.
func (o *output) close() error {
	o.ours.Close()
	<-o.read
	return o.file.Close()
}
