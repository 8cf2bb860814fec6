package evidence

import (
	"errors"
	"io"
	"os"
)

// replace writes a file under another name and renames it, so that a crash in mid-write leaves the one before. It does not
// sync: what is kept from is a crash of the process, and a disk's flush would be measured with the trial.
func replace(path string, write func(io.Writer) (int64, error)) error {
	next := path + ".next"
	file, err := os.Create(next)
	if err != nil {
		return err
	}
	_, err = write(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return os.Rename(next, path)
}
