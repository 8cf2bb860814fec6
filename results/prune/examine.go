package prune

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"aftershock/internal/regular"
	"aftershock/results"
	"aftershock/results/manifest"
)

// remains are the files that say that a folder is a run's, in the order in which they are deleted, after all others.
var remains = []string{results.PlanFile, manifest.File, results.RunFile}

// late is the place of a file among those that are deleted last; 0 for all others.
func late(name string) int { return 1 + slices.Index(remains, name) }

// examine finds out whether an entry is a run's folder and nothing else, and says why it has to be kept; "" if it need
// not.
func (r *Runs) examine(e *Entry) (kept string) {
	if !e.info.IsDir() {
		return "it is " + regular.Kind(e.info.Mode())
	}
	at := filepath.Join(r.folder, e.Name)
	file, err := regular.OpenInPlace(filepath.Join(at, results.RunFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "it is not a run's folder: it has no " + results.RunFile
	}
	if err != nil {
		return "it is not a run's folder: " + err.Error()
	}
	file.Close()
	run, err := results.ReadRun(at)
	if err != nil {
		return err.Error()
	}
	e.ID, e.Status, e.Began = run.ID, run.Status, run.Started
	check := manifest.Open(at, run)
	var foreign []string
	if e.Disk, foreign, err = r.walk(e, check); err != nil {
		return err.Error()
	}
	unlock, err := r.rule.Lock(at)
	if err != nil {
		return "it goes on: " + err.Error()
	}
	if err := unlock(); err != nil {
		return err.Error()
	}
	if e.Status == results.Running { // and no process has its lock
		e.Status = results.Partial
	}
	if why := r.damage(e.Name, run, check); why != "" {
		return why
	}
	if len(foreign) > 0 {
		return "no run leaves " + foreign[0] + other(len(foreign)-1)
	}
	return ""
}

// other counts those that are not named.
func other(more int) string {
	if more == 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d more)", more)
}

// damage says what of run.json, plan.txt and the manifest is not a run's. A run that was interrupted before its first
// trial has no manifest yet.
func (r *Runs) damage(name string, run results.Run, check *manifest.Check) string {
	if check.Unchecked {
		return fmt.Sprintf("it is of schema %d, without a manifest that says what belongs to it", run.Schema)
	}
	if len(check.Damage) == 0 || run.Status != results.Complete && r.unbegun(name) {
		return ""
	}
	return "it is damaged: " + check.Damage[0].File + " " + check.Damage[0].What
}

// unbegun tells whether a run's folder is that of a run before its first trial.
func (r *Runs) unbegun(folder string) bool {
	for _, name := range []string{manifest.File, results.TrialsDir} {
		if _, err := r.root.Lstat(filepath.Join(folder, name)); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// walk adds up the bytes of a run's folder, and lists what is not of the run, within the folder. It follows no link.
func (r *Runs) walk(e *Entry, check *manifest.Check) (disk int64, foreign []string, err error) {
	device := e.info.Sys().(*syscall.Stat_t).Dev
	err = fs.WalkDir(r.root.FS(), e.Name, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) { // a run that goes on replaces its files
			return nil
		}
		if err != nil {
			return err
		}
		within, _ := strings.CutPrefix(at, e.Name+"/")
		stat := info.Sys().(*syscall.Stat_t)
		disk += stat.Blocks * blockSize
		if at == e.Name {
			return nil
		}
		if stat.Dev != device || !r.ofARun(within, d, check) {
			foreign = append(foreign, within)
			if d.IsDir() {
				return fs.SkipDir
			}
		}
		return nil
	})
	return disk, foreign, err
}

// blockSize is the unit of st_blocks, whatever the file system's blocks are.
const blockSize = 512

// ofARun tells whether runs leave a file or folder. Of what is in a trial's folder, the run's program may have left
// anything but links.
func (r *Runs) ofARun(within string, d fs.DirEntry, check *manifest.Check) bool {
	parts := strings.Split(within, "/")
	switch {
	case d.Type()&^fs.ModeDir != 0: // a link, a device, a FIFO
		return false
	case parts[0] == results.PilotDir:
		return len(parts) > 1 || d.IsDir()
	case parts[0] != results.TrialsDir:
		return len(parts) == 1 && !d.IsDir() && r.isOurs(within)
	case len(parts) <= 2:
		return d.IsDir()
	}
	return check.Begun(path.Join(parts[:3]...))
}

// isOurs tells whether a file beside the trials has the name of one of a run's, or of one that was being written.
func (r *Runs) isOurs(name string) bool {
	ours := slices.Concat(remains, []string{results.RegistrationFile}, r.rule.Views)
	return slices.ContainsFunc(ours, func(file string) bool {
		return name == file || strings.HasPrefix(name, file+".") && strings.HasSuffix(name, ".tmp")
	})
}
