package results_test

import (
	"path/filepath"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/ops"

	"golang.org/x/sys/unix"
)

// A FIFO in the place of a file is refused: a reader that waits for its first byte waits for ever.
func TestNoReaderWaitsForAFIFO(t *testing.T) {
	folder := t.TempDir()
	for _, c := range []struct {
		file string
		read func() error
	}{
		{results.RunFile, func() error { _, err := results.ReadRun(folder); return err }},
		{results.TrialFile, func() error { _, err := results.ReadTrial(folder); return err }},
		{results.EventsFile, func() error { _, err := results.ReadEvents(filepath.Join(folder, results.EventsFile)); return err }},
		{results.OpsFile, func() error { _, err := ops.Read(filepath.Join(folder, results.OpsFile)); return err }},
	} {
		if err := unix.Mkfifo(filepath.Join(folder, c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := c.read(); err == nil || !strings.HasSuffix(err.Error(), c.file+": is a FIFO, and no regular file") {
			t.Errorf("%s: %v", c.file, err)
		}
	}
}
