// Package regular reads files that must be regular ones.
//
// What stands in a file's place may be anything: a FIFO makes a reader wait until something writes into it, which is
// for ever, and a device gives bytes without an end.
package regular

import (
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// Open opens a file for reading, and never waits for it. What is not a regular file is a *fs.PathError that says
// what it is.
func Open(path string) (*os.File, error) { return open(path, 0) }

// OpenInPlace is Open for a file that must lie where its path says: a link in its place is an error too, wherever it
// leads.
func OpenInPlace(path string) (*os.File, error) { return open(path, unix.O_NOFOLLOW) }

func open(path string, flags int) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|flags, 0)
	if err != nil {
		if info, gone := os.Lstat(path); gone == nil && !info.Mode().IsRegular() && !info.IsDir() {
			return nil, refused(path, info.Mode()) // a link that was not to be followed, a socket
		}
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = refused(path, info.Mode())
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// Read gives all bytes of a file, with the errors of Open.
func Read(path string) ([]byte, error) {
	file, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// refused says what stands in the file's place. A directory is refused in the file system's own words.
func refused(path string, mode fs.FileMode) error {
	err := error(unix.EISDIR)
	if !mode.IsDir() {
		err = fmt.Errorf("is %s, and no regular file", Kind(mode))
	}
	return &fs.PathError{Op: "read", Path: path, Err: err}
}

// Kind says in words what a file is.
func Kind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a regular file"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a link"
	case mode&fs.ModeNamedPipe != 0:
		return "a FIFO"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "a special file"
}
