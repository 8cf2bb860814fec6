package ops

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// reserve gives the file its size and the disk space for it.
func reserve(f *os.File, size int64) error {
	for {
		err := unix.Fallocate(int(f.Fd()), 0, 0, size)
		switch {
		case errors.Is(err, unix.EINTR): // the runtime's own preemption signal is enough for that
			continue
		case errors.Is(err, unix.EOPNOTSUPP): // NFS before 4.2, ZFS
			return zero(f, size)
		}
		return err
	}
}

// zero writes the whole file, which reserves its space as fallocate would.
func zero(f *os.File, size int64) error {
	_, err := io.CopyBuffer(struct{ io.Writer }{io.NewOffsetWriter(f, 0)}, io.LimitReader(zeros{}, size),
		make([]byte, 1<<20))
	return err
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
