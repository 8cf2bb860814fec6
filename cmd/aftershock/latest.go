package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"aftershock/harness"
)

// pointLatest makes the link to the newest run, beside it. What is there and is no link stays.
func pointLatest(folder string) error {
	link := filepath.Join(filepath.Dir(folder), harness.Latest)
	info, err := os.Lstat(link)
	switch {
	case err == nil && info.Mode().Type() != os.ModeSymlink:
		return fmt.Errorf("%s is no link, and is left as it is", link)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return err
	}
	// Another run may do the same at the same time: a link is replaced whole.
	made := fmt.Sprintf("%s.%d", link, os.Getpid())
	if err := os.Symlink(filepath.Base(folder), made); err != nil {
		return err
	}
	if err := os.Rename(made, link); err != nil {
		return errors.Join(err, os.Remove(made))
	}
	return nil
}
