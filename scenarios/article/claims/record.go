package claims

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aftershock/results"
)

// The files of a suite's folder: what was asked, the table of the claims, and the runs.
const (
	RecordFile = "article.json"
	PageFile   = "article.md"
	TableFile  = "claims.json"
	RunsDir    = "runs"
)

// Record is article.json: what a suite of runs is to settle, written before the first of them. Readers compute the table
// from it and from the runs beside it.
type Record struct {
	Schema      int                 `json:"schema"`
	Started     time.Time           `json:"started"`
	Command     results.Invocation  `json:"command"`
	Seed        uint64              `json:"seed"`
	Quick       bool                `json:"quick,omitempty"`
	Pin         bool                `json:"pin,omitempty"`
	Environment results.Environment `json:"environment"`
	Probes      []Probe             `json:"probes,omitempty"`
	Claims      []Claim             `json:"claims"`
	Parts       []Part              `json:"parts"`
}

// Part is one run of a suite: all fixes that are run in one scenario.
type Part struct {
	Name     string   `json:"name"` // of its folder below runs/
	Scenario string   `json:"scenario"`
	Fixes    []string `json:"fixes"`
	Pairs    int      `json:"pairs"`   // a fix
	Reserve  int      `json:"reserve"` // pairs a fix that may be run again
	// Takes is how long its trials are expected to take, without the reserve.
	Takes time.Duration `json:"takes_ns"`
	// Failed says why the run could not be made, or not to its end; empty when it could.
	Failed string `json:"failed,omitempty"`
}

// ReadRecord reads article.json.
func ReadRecord(folder string) (Record, error) {
	var r Record
	err := results.ReadJSON(filepath.Join(folder, RecordFile), &r)
	if errors.Is(err, os.ErrNotExist) {
		return r, fmt.Errorf("%s is not a folder of article run: it has no %s", folder, RecordFile)
	}
	if err != nil {
		return r, err
	}
	for _, p := range r.Parts {
		if p.Name == "." || p.Name == ".." || p.Name != filepath.Base(p.Name) {
			return r, fmt.Errorf("%s: part %q (allowed: names of folders)", filepath.Join(folder, RecordFile), p.Name)
		}
	}
	return r, nil
}

// Write writes article.json.
func (r Record) Write(folder string) error {
	return results.WriteJSON(filepath.Join(folder, RecordFile), r)
}

// Run finds the folder of a part's run within the suite's; empty when it has not begun. A part has one run: one that
// was interrupted is resumed.
func (p Part) Run(folder string) (string, error) {
	below := filepath.Join(folder, RunsDir, p.Name)
	entries, err := os.ReadDir(below)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	var found []string
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(below, e.Name(), results.RunFile)); err == nil {
			found = append(found, filepath.Join(below, e.Name()))
		}
	}
	if len(found) > 1 {
		return "", fmt.Errorf("%s holds %d runs, and a part has one", below, len(found))
	}
	return strings.Join(found, ""), err
}
