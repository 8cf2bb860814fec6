package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// pipe makes a named pipe.
func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// fileOf makes a file that holds the text.
func fileOf(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func link(t *testing.T, to string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func socket(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return path
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// As root, as containers run, a rename over /dev/null makes it a regular file for all.
func TestADeviceStaysADevice(t *testing.T) {
	device := filepath.Join(t.TempDir(), "null")
	if err := syscall.Mknod(device, syscall.S_IFCHR|0o666, 1<<8|3); err != nil {
		device = "/dev/null" // without the right to make one there is none to replace the real one either
	}
	if err := writeTo(t.Context(), device, []byte("lost")); err != nil {
		t.Logf("%v", err) // a file system may forbid to open devices, and what counts is what is there afterwards
	}
	if info, err := os.Lstat(device); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		t.Errorf("%s is %v, %v", device, info.Mode(), err)
	}
}

func TestALinkStaysALink(t *testing.T) {
	for name, to := range map[string]string{
		"to a file": fileOf(t, "older, and longer"), "to nothing": filepath.Join(t.TempDir(), "new"),
	} {
		path := link(t, to)
		if err := writeTo(t.Context(), path, []byte("newer")); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if info, err := os.Lstat(path); err != nil || info.Mode().Type() != os.ModeSymlink || text(t, to) != "newer" {
			t.Errorf("%s: %v, %v, %q", name, info.Mode(), err, text(t, to))
		}
	}
}

func TestAFileIsReplacedWhole(t *testing.T) {
	for _, path := range []string{fileOf(t, "older, and longer"), filepath.Join(t.TempDir(), "new")} {
		if err := writeTo(t.Context(), path, []byte("newer")); err != nil || text(t, path) != "newer" {
			t.Errorf("%v, %q", err, text(t, path))
		}
	}
}

func TestNeitherFolderNorSocketIsWritten(t *testing.T) {
	folder := t.TempDir()
	err := writeTo(t.Context(), folder, nil)
	if err == nil || !strings.Contains(err.Error(), "is a folder, and has to be a file") {
		t.Error(err)
	}
	if err := writeTo(t.Context(), socket(t), nil); !errors.Is(err, syscall.ENXIO) {
		t.Error(err)
	}
}

func TestAPipeIsWrittenWhenItHasAReader(t *testing.T) {
	path := pipe(t)
	done := make(chan error, 1)
	go func() { done <- writeTo(t.Context(), path, []byte("all of it")) }()
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	got, err := io.ReadAll(reader)
	if err = errors.Join(err, <-done); err != nil || string(got) != "all of it" {
		t.Errorf("%q, %v", got, err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode().Type() != os.ModeNamedPipe {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// Ctrl-C must end a wait for a reader that never comes, and one for a reader that never reads.
func TestAPipeIsLeftWhenTheProgramEnds(t *testing.T) {
	why := errors.New("interrupted")
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if err := writeTo(ended, pipe(t), nil); !errors.Is(err, why) {
		t.Errorf("without a reader: %v", err)
	}
	path := pipe(t)
	reader, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := writeTo(ended, path, make([]byte, 1<<20)); !errors.Is(err, why) {
		t.Errorf("without one that reads: %v", err)
	}
}

func TestADashIsStandardOutput(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"-", ""} {
		var stdout bytes.Buffer
		if err := writeOut(t.Context(), path, []byte("all"), &stdout); err != nil || stdout.String() != "all" {
			t.Errorf("%q: %v, %q", path, err, stdout.String())
		}
	}
	if _, err := os.Lstat("-"); err == nil {
		t.Error("a file is called -")
	}
}
