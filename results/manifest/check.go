package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"aftershock/internal/regular"
	"aftershock/results"
)

// Damage is what is not as the run left it.
type Damage struct {
	File string // within the run's folder, with slashes
	What string
}

// Check is a run's folder held against its manifest. It may be used by several goroutines.
type Check struct {
	// Damage is that of run.json, plan.txt and the manifest.
	Damage []Damage
	// Unchecked is set for a run of a schema before manifests, which nothing can be said of.
	Unchecked bool

	folder string
	run    results.Run
	id     string // of the run that the manifest is of, and seed its seed; by run.json where there is no manifest
	seed   uint64
	h      History
	known  bool           // the manifest is whole, so that it has all trials
	plans  map[int]string // the digests of the blocks' plans
}

// Open checks what is no trial's of a run whose run.json was read.
func Open(folder string, run results.Run) *Check {
	c := &Check{folder: folder, run: run, id: run.ID, seed: run.Seed}
	text, err := c.read(File)
	if errors.Is(err, fs.ErrNotExist) && run.Schema < Since {
		c.Unchecked = true
		return c
	}
	if err == nil {
		c.h, err = Parse(text)
	}
	if err != nil {
		c.damaged(File, "%s", c.why(File, err))
	}
	c.known = err == nil
	c.readIdentity()
	c.checkRun()
	c.checkPlan()
	return c
}

func (c *Check) damaged(file, format string, args ...any) {
	c.Damage = append(c.Damage, Damage{file, fmt.Sprintf(format, args...)})
}

// read reads a file of the run's folder, which must lie there itself.
func (c *Check) read(name string) ([]byte, error) {
	file, err := regular.OpenInPlace(filepath.Join(c.folder, name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// why says what went wrong with a file without its path, which a copy of the run does not share.
func (c *Check) why(name string, err error) string {
	var failed *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is missing"
	case errors.As(err, &failed):
		return failed.Err.Error()
	}
	return strings.ReplaceAll(err.Error(), filepath.Join(c.folder, name), name)
}

// readIdentity takes the run's name and seed from the manifest: what an edit of run.json made of them tells nothing
// about the trials.
func (c *Check) readIdentity() {
	var id string
	var seed uint64
	now := c.h.last()
	if errors.Join(json.Unmarshal(now.Fields["id"], &id), json.Unmarshal(now.Fields["seed"], &seed)) == nil {
		c.id, c.seed = id, seed
	}
}

// checkRun holds run.json against what the manifest says that it was. A kill between the two writes leaves run.json one
// state behind, and so it may be in any that it was in. It is whole by the last one alone.
func (c *Check) checkRun() {
	text, err := c.read(results.RunFile)
	if err != nil {
		c.damaged(results.RunFile, "%s", c.why(results.RunFile, err))
		return
	}
	if !c.known {
		return
	}
	digest, now := Digest(text), c.h.last()
	complete := c.run.Status == results.Complete
	switch {
	case now.SHA256 == digest && complete && c.h.Torn:
		c.damaged(File, "goes on after the end of the run")
	case now.SHA256 == digest:
	case !complete && slices.ContainsFunc(c.h.States, func(s State) bool { return s.SHA256 == digest }):
	default:
		c.damaged(results.RunFile, "%s", unlike(text, now))
	}
}

// unlike says in which fields run.json is not what it was.
func unlike(text []byte, was State) string {
	fields, err := fieldsOf(text)
	if err != nil {
		return "cannot be read: " + err.Error()
	}
	all := maps.Clone(was.Fields)
	maps.Copy(all, fields)
	var differ []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if is, then := string(fields[name]), string(was.Fields[name]); is != then {
			from := sameStart(is, then)
			differ = append(differ, fmt.Sprintf("%s is %s and was %s", name, short(is, from), short(then, from)))
		}
	}
	if len(differ) == 0 {
		return "is not written as the run wrote it"
	}
	return strings.Join(differ, "; ")
}

// What is shown of a long value: so much, and as much before the place where it differs.
const (
	mostShown   = 40
	shownBefore = 16
)

// sameStart is how many bytes two values begin with alike.
func sameStart(a, b string) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// short makes a value fit into a sentence: of a long one it shows the part around a place.
func short(value string, around int) string {
	if value == "" {
		return "absent"
	}
	if len(value) <= mostShown {
		return value
	}
	from := max(0, min(around-shownBefore, len(value)-mostShown))
	text := strings.ToValidUTF8(value[from:from+mostShown], "")
	if from > 0 {
		text = "..." + text
	}
	if from+mostShown < len(value) {
		text += "..."
	}
	return text
}

func (c *Check) checkPlan() {
	text, err := c.read(results.PlanFile)
	if err != nil {
		c.damaged(results.PlanFile, "%s", c.why(results.PlanFile, err))
		return
	}
	if is := Digest(text); c.h.Plan != "" && is != c.h.Plan {
		c.damaged(results.PlanFile, "%s", other(is, c.h.Plan))
		return
	}
	c.plans = PlanDigests(text)
}

// other says that a file does not hold what it held.
func other(is, was string) string {
	return fmt.Sprintf("is not what the run left: its SHA-256 is %.12s and was %.12s", is, was)
}

// Recorded lists the folders of all finished trials, in the order of the run.
func (c *Check) Recorded() (folders []string) {
	for _, t := range c.h.Trials {
		folders = append(folders, t.Folder)
	}
	return folders
}

// Begun tells whether a trial of this folder has begun, whatever became of it.
func (c *Check) Begun(folder string) bool { return c.h.begun[filepath.ToSlash(folder)] }

// Trial checks a trial by its folder within the run's. An interrupted trial counts for no verdict, and is not
// checked.
func (c *Check) Trial(folder string) (damage []Damage, cutShort bool) {
	folder = filepath.ToSlash(folder)
	trial, through := c.h.Through(folder)
	switch {
	case c.known && !through && c.h.begun[folder]:
		return nil, true
	case c.known && !through:
		return []Damage{{folder, "is not a trial of this run: the manifest does not have it"}}, false
	}
	for _, at := range []string{results.TrialsDir, path.Dir(folder), folder} {
		if d, is := c.noFolder(at); is {
			return []Damage{d}, false
		}
	}
	if c.Unchecked {
		return c.checkSchema(folder), false
	}
	return c.checkTrial(folder, trial.SHA256), false
}

// noFolder tells whether something else stands where a folder should be.
func (c *Check) noFolder(folder string) (Damage, bool) {
	info, err := os.Lstat(filepath.Join(c.folder, folder))
	switch {
	case err != nil:
		return Damage{folder, c.why(folder, err)}, true
	case !info.IsDir():
		return Damage{folder, "is " + regular.Kind(info.Mode()) + ", where a folder should be"}, true
	}
	return Damage{}, false
}
