package fixes

import (
	"embed"
	"path"

	"aftershock/results"
)

//go:embed */before.go */after.go
var files embed.FS

// Code gives the two implementations of a fix's seam, as this program was built from them: several repairs of one
// defect stand in one file. It is false of a fix without such files, such as an instrument.
func Code(f results.Fix) (before, after string, ok bool) {
	folder := f.Name
	if f.Family != "" {
		folder = f.Family
	}
	b, err := files.ReadFile(path.Join(folder, "before.go"))
	if err != nil {
		return "", "", false
	}
	a, err := files.ReadFile(path.Join(folder, "after.go"))
	return string(b), string(a), err == nil
}
