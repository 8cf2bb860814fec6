package harness

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"aftershock/results"
)

// Latest is the name of a link, in the folder of runs, to the run that ended last.
const Latest = "latest"

// namePattern is what a run's folder may be called.
var namePattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$`)

// checkName refuses a name that is none for a folder, or is taken: two runs in one folder are none.
func (o Options) checkName() error {
	switch {
	case o.Name == "" || o.partial != nil:
		return nil
	case !namePattern.MatchString(o.Name) || o.Name == Latest:
		return fmt.Errorf("%q is no name for a run's folder (allowed: letters, digits, points, hyphens and _, at most "+
			"100; not %q)", o.Name, Latest)
	}
	folder := filepath.Join(o.Out, o.Name)
	if _, err := os.Lstat(folder); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is there already, and is kept: give the run another name", folder)
	}
	return nil
}

// makeFolder makes the folder of a run that begins now, and gives the run's id.
func (o Options) makeFolder(started time.Time) (folder, id string, err error) {
	id = results.NewID(started, o.Scenario.Name, o.Seed)
	if o.Name == "" {
		return MakeRunFolder(o.Out, id)
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return "", "", err
	}
	folder = filepath.Join(o.Out, o.Name)
	return folder, id, os.Mkdir(folder, 0o755)
}

// MakeRunFolder makes the folder id below out, and out itself if needed. If two runs begin in the same second, the
// second gets the folder id.2.
func MakeRunFolder(out, id string) (folder, name string, err error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", "", err
	}
	for n := 1; n <= 100; n++ {
		name = id
		if n > 1 {
			name = fmt.Sprintf("%s.%d", id, n)
		}
		folder = filepath.Join(out, name)
		if err = os.Mkdir(folder, 0o755); !errors.Is(err, os.ErrExist) {
			return folder, name, err
		}
	}
	return "", "", err
}
