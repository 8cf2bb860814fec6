package harness

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/process"
	"aftershock/internal/slow"
)

// A root whose folder cannot be made leaves no reaper that would remove what another makes there.
func TestARootThatCannotBeMadeLeavesNoReaper(t *testing.T) {
	slow.Alone(t)
	before := len(process.Below(os.Getpid()))
	if r, err := reserve(filepath.Join(t.TempDir(), "none")); err == nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%+v, %v", r, err)
	}
	if now := len(process.Below(os.Getpid())); now > before {
		t.Errorf("%d processes more than before", now-before)
	}
}

func TestARootGoes(t *testing.T) {
	slow.Alone(t)
	base := t.TempDir()
	r, err := reserve(base)
	if err != nil {
		t.Fatal(err)
	}
	if name := filepath.Base(r.Path); !strings.HasPrefix(name, rootPrefix) || filepath.Dir(r.Path) != base {
		t.Errorf("the root is %s", r.Path)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(r.Path); !os.IsNotExist(err) {
		t.Errorf("it is there still: %v", err)
	}
}
