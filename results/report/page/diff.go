package page

import (
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
)

// DiffLine is a line of a difference between two texts.
type DiffLine struct {
	Mark string // "-" of the first alone, "+" of the second alone, "" of both, "@" in place of lines that are left out
	Text string
}

// Class is how the line looks.
func (l DiffLine) Class() string {
	return map[string]string{"-": "gone", "+": "new", "@": "left"}[l.Mark]
}

// around is how many lines that both texts have are shown beside a difference.
const around = 12

// Diff is the difference between two texts, line by line; nothing where they are alike.
func Diff(before, after string) (all []DiffLine, err error) {
	unified, err := udiff.ToUnifiedDiff("before", "after", before, udiff.Lines(before, after), around)
	if err != nil {
		return nil, err
	}
	for i, hunk := range unified.Hunks {
		if i > 0 {
			all = append(all, DiffLine{Mark: "@", Text: "..."})
		}
		for _, l := range hunk.Lines {
			mark := map[udiff.OpKind]string{udiff.Delete: "-", udiff.Insert: "+"}[l.Kind]
			all = append(all, DiffLine{Mark: mark, Text: strings.TrimSuffix(l.Content, "\n")})
		}
	}
	return all, nil
}
