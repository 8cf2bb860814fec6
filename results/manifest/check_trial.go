package manifest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"

	"aftershock/internal/regular"
	"aftershock/results"
)

// record is what a trial.json says of itself and of the files beside it.
type record struct {
	Schema int            `json:"schema"`
	Run    string         `json:"run"`
	Seed   uint64         `json:"seed"`
	Block  int            `json:"block"`
	Plan   string         `json:"plan"`
	Files  []results.File `json:"files"`
}

// readRecord reads a trial.json; the damage is why it cannot be read.
func (c *Check) readRecord(folder string) (r record, text []byte, damage []Damage) {
	name := path.Join(folder, results.TrialFile)
	text, err := c.read(name)
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, text, []Damage{{name, c.why(name, err)}}
	}
	return r, text, nil
}

// checkSchema finds a trial of another schema in a run that has no manifest.
func (c *Check) checkSchema(folder string) []Damage {
	r, _, damage := c.readRecord(folder)
	if len(damage) == 0 && r.Schema != c.run.Schema {
		return []Damage{{path.Join(folder, results.TrialFile), fmt.Sprintf("is of schema %d in a run of schema %d", r.Schema, c.run.Schema)}}
	}
	return nil // what cannot be read, the analysis says
}

// checkTrial checks a trial's record and its files. Was is the record's digest, and empty when the manifest is broken.
func (c *Check) checkTrial(folder, was string) []Damage {
	r, text, damage := c.readRecord(folder)
	if len(damage) > 0 {
		return damage
	}
	name := path.Join(folder, results.TrialFile)
	switch is := Digest(text); {
	case r.Schema != c.run.Schema:
		return []Damage{{name, fmt.Sprintf("is of schema %d in a run of schema %d", r.Schema, c.run.Schema)}}
	case r.Run != c.id || r.Seed != c.seed:
		return []Damage{{name, fmt.Sprintf("is that of another run: %q, seed %d", r.Run, r.Seed)}}
	case c.plans != nil && r.Plan != c.plans[r.Block]:
		return []Damage{{name, fmt.Sprintf("is that of another plan than block %d has in %s", r.Block, results.PlanFile)}}
	case was != "" && is != was:
		return []Damage{{name, other(is, was)}}
	}
	return c.checkFiles(folder, r.Files)
}

// checkFiles holds the files of a trial against its record's list.
func (c *Check) checkFiles(folder string, want []results.File) (damage []Damage) {
	listed := map[string]results.File{}
	for _, f := range want {
		listed[f.Name] = f
	}
	found := map[string]bool{results.TrialFile: true}
	var foreign []Damage
	at := filepath.Join(c.folder, folder)
	err := walk(at, func(name, file string, mode fs.FileMode) error {
		was, known := listed[name]
		switch {
		case found[name]:
			return nil
		case !known:
			foreign = append(foreign, Damage{path.Join(folder, name), "is not a file of this trial"})
			return nil
		}
		found[name] = true
		if !mode.IsRegular() {
			damage = append(damage, Damage{path.Join(folder, name), "is " + regular.Kind(mode) + ", and no regular file"})
			return nil
		}
		is, err := fileOf(name, file)
		switch {
		case err != nil:
			damage = append(damage, Damage{path.Join(folder, name), c.why(name, err)})
		case is.Size != was.Size:
			damage = append(damage, Damage{path.Join(folder, name), fmt.Sprintf("has %d bytes and had %d", is.Size, was.Size)})
		case is != was:
			damage = append(damage, Damage{path.Join(folder, name), other(is.SHA256, was.SHA256)})
		}
		return nil
	})
	if err != nil {
		damage = append(damage, Damage{folder, c.why(folder, err)})
	}
	for _, f := range want {
		if !found[f.Name] {
			damage = append(damage, c.lost(folder, f.Name))
		}
	}
	return append(damage, foreign...)
}

// lost says what became of a file that going through its trial's folder did not find: it is gone, a folder, or reached
// through a link alone.
func (c *Check) lost(folder, name string) Damage {
	file := path.Join(folder, name)
	if _, err := c.read(file); err != nil {
		return Damage{file, c.why(file, err)}
	}
	return Damage{file, "lies behind a link"}
}
