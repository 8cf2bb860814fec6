// Package prune finds in a folder of runs those that are not to be kept, and deletes them.
//
// It deletes a folder only if all that lies there is a run's: run.json is as the manifest says, each trial is one of
// the manifest's, and every other file has a name that runs leave. It follows no link, and what it cannot be sure of
// stays.
package prune

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
)

// Rule says which runs of a folder are kept.
type Rule struct {
	Newest int  // so many of those that began last
	Named  bool // those whose folder has another name than the run's ID
	Latest bool // delete even the run that the link Link leads to

	Link  string   // the name of the link to the newest run
	Views []string // the files that are written into a run's folder after the run
	// Lock takes a run's folder for this process, and fails while the run goes on.
	Lock func(path string) (unlock func() error, err error)
}

// Entry is what lies in a folder of runs.
type Entry struct {
	Name   string
	ID     string // of the run; empty for what is none
	Status results.Status
	Began  time.Time
	Disk   int64  // bytes that it takes on its disk
	Kept   string // why it is kept; empty if it is to be deleted

	info fs.FileInfo
}

// Runs are a folder's runs, and what else lies in it.
type Runs struct {
	Entries []Entry // runs first, the newest on top
	rule    Rule
	folder  string
	root    *os.Root
}

// Look looks at a folder of runs and changes nothing.
func Look(folder string, rule Rule) (*Runs, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	r := &Runs{rule: rule, folder: folder, root: root}
	if err := r.look(); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return r, nil
}

// Close closes the folder.
func (r *Runs) Close() error { return r.root.Close() }

func (r *Runs) look() error {
	all, err := fs.ReadDir(r.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.Name() == r.rule.Link && e.Type() == fs.ModeSymlink {
			continue
		}
		if e.Name() == results.RunFile {
			return fmt.Errorf("%s is a run's folder itself: name the one that holds it", r.folder)
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) { // another process has removed it meanwhile
			continue
		}
		if err != nil {
			return err
		}
		entry := Entry{Name: e.Name(), info: info}
		entry.Kept = r.examine(&entry)
		r.Entries = append(r.Entries, entry)
	}
	slices.SortFunc(r.Entries, func(a, b Entry) int {
		return cmp.Or(b.Began.Compare(a.Began), cmp.Compare(b.Name, a.Name))
	})
	r.keep()
	return nil
}

// keep marks the runs that the rule keeps. What is kept for another reason counts among the newest too.
func (r *Runs) keep() {
	latest, _ := os.Stat(filepath.Join(r.folder, r.rule.Link)) // none, or one that leads nowhere, is no run's
	newest := 0
	for i := range r.Entries {
		e := &r.Entries[i]
		if e.ID == "" {
			continue
		}
		newest++
		switch {
		case e.Kept != "":
		case newest <= r.rule.Newest:
			e.Kept = fmt.Sprintf("it is one of the newest %d", r.rule.Newest)
		case r.rule.Named && e.Name != e.ID:
			e.Kept = "it was given a name"
		case !r.rule.Latest && latest != nil && os.SameFile(latest, e.info):
			e.Kept = r.rule.Link + " leads to it"
		}
	}
}

// Doomed counts the folders that are to be deleted, and the bytes that they take.
func (r *Runs) Doomed() (folders int, disk int64) {
	for _, e := range r.Entries {
		if e.Kept == "" {
			folders, disk = folders+1, disk+e.Disk
		}
	}
	return folders, disk
}

// Delete deletes what is to be deleted, and goes on after a folder that it cannot delete.
func (r *Runs) Delete() (folders int, disk int64, err error) {
	for _, e := range r.Entries {
		if e.Kept != "" {
			continue
		}
		if failed := r.delete(e); failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", filepath.Join(r.folder, e.Name), failed))
			continue
		}
		folders, disk = folders+1, disk+e.Disk
	}
	if link := filepath.Join(r.folder, r.rule.Link); r.rule.Latest && leadsNowhere(link) {
		err = errors.Join(err, r.root.Remove(r.rule.Link))
	}
	return folders, disk, err
}

// delete deletes a run that does not go on, and that is still what was looked at.
func (r *Runs) delete(e Entry) (err error) {
	path := filepath.Join(r.folder, e.Name)
	unlock, err := r.rule.Lock(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	is, err := r.root.Lstat(e.Name)
	if err != nil {
		return err
	}
	if !os.SameFile(is, e.info) {
		return errors.New("another folder has taken its place meanwhile, and is kept")
	}
	files, err := fs.ReadDir(r.root.FS(), e.Name)
	if err != nil {
		return err
	}
	// What says that this is a run goes last: the next prune deletes what an interrupted one leaves.
	slices.SortStableFunc(files, func(a, b fs.DirEntry) int { return cmp.Compare(late(a.Name()), late(b.Name())) })
	for _, f := range files {
		if err := r.root.RemoveAll(filepath.Join(e.Name, f.Name())); err != nil {
			return err
		}
	}
	return r.root.Remove(e.Name)
}

func leadsNowhere(link string) bool {
	info, err := os.Lstat(link)
	if err != nil || info.Mode().Type() != fs.ModeSymlink {
		return false
	}
	_, err = os.Stat(link)
	return errors.Is(err, fs.ErrNotExist)
}

// Sentence says how much was, or would be, deleted.
func Sentence(folders int, disk int64) string {
	return units.Count(folders, "folder") + ", " + units.Format(float64(disk), "bytes")
}
