package summary

import (
	"fmt"
	"path/filepath"

	"aftershock/results"
)

// FiguresOnly is the kind of a summary that was written apart from its run, as an example or to be sent: a reader has
// the figures, and none of the files from which they can be computed again. No gate takes one.
const FiguresOnly = "figures only"

// Figures is the summary as it is written apart from its run.
func (s Summary) Figures() Summary {
	s.Kind = FiguresOnly
	return s
}

// ReadFigures reads results.FiguresFile of a folder, and warns on top of what it says that nothing can be held against
// it. Its errors are those of reading a file, and what is no such summary.
func ReadFigures(folder string) (Summary, error) {
	path := filepath.Join(folder, results.FiguresFile)
	var s Summary
	if err := results.ReadJSON(path, &s); err != nil {
		return Summary{}, err
	}
	if s.Kind != FiguresOnly || s.Schema != Schema {
		return Summary{}, fmt.Errorf("%s: kind %q of schema %d (allowed: %q of schema %d)", path, s.Kind, s.Schema,
			FiguresOnly, Schema)
	}
	if len(s.Fixes) != len(s.Run.Fixes) {
		return Summary{}, fmt.Errorf("%s: %d fixes, of a run of %d", path, len(s.Fixes), len(s.Run.Fixes))
	}
	s.Warnings = append([]Warning{{
		What: "figures only: the run's files are not here, so nothing below can be computed again or checked",
		Top:  true,
	}}, s.Warnings...)
	return s, nil
}
