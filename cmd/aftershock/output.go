package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"aftershock/results"
)

// standardOutput is what --out is called for standard output.
const standardOutput = "-"

// writeOut writes what a verb made to the file of --out, or to stdout for "-" and for no file.
func writeOut(ctx context.Context, path string, data []byte, stdout io.Writer) error {
	if path == "" || path == standardOutput {
		_, err := stdout.Write(data)
		return err
	}
	if err := writeTo(ctx, path, data); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	return nil
}

// writeTo writes a whole file. If the name is free or a regular file's, the new file replaces it whole or not at all.
// Everything else is written into, as a shell's > does: a device stays one, and so does a link, with the file that it
// leads to. A pipe is waited for until it has a reader, or until ctx is done.
func writeTo(ctx context.Context, path string, data []byte) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && info.Mode().IsRegular():
		return results.WriteFile(path, data)
	case err != nil:
		return err
	case info.IsDir():
		return &fs.PathError{Op: "write", Path: path, Err: errors.New("is a folder, and has to be a file")}
	}
	file, err := openToWrite(ctx, path)
	if err != nil {
		return err
	}
	// A pipe that is full is left when ctx is done; other files know no deadline, and do not wait.
	stop := context.AfterFunc(ctx, func() { _ = file.SetWriteDeadline(time.Now()) })
	defer stop()
	_, err = file.Write(data)
	if cause := context.Cause(ctx); errors.Is(err, os.ErrDeadlineExceeded) && cause != nil {
		err = cause
	}
	return errors.Join(err, file.Close())
}

// betweenLooks is the pause between two looks at a pipe without a reader.
const betweenLooks = 20 * time.Millisecond

// openToWrite opens what is there. A pipe without a reader says ENXIO, and so does a socket, which will never have one.
func openToWrite(ctx context.Context, path string) (*os.File, error) {
	for {
		const flags = os.O_WRONLY | os.O_TRUNC | syscall.O_NONBLOCK
		file, err := os.OpenFile(path, flags, 0)
		if errors.Is(err, fs.ErrNotExist) { // a link to nothing yet
			file, err = os.OpenFile(path, flags|os.O_CREATE, 0o644)
		}
		if !errors.Is(err, syscall.ENXIO) {
			return file, err
		}
		info, statErr := os.Stat(path)
		if statErr != nil || info.Mode().Type() != fs.ModeNamedPipe {
			return nil, errors.Join(err, statErr)
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(betweenLooks):
		}
	}
}
