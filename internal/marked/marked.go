// Package marked keeps what a program prints within a page that people write: between two lines that mark its place.
package marked

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// Page is a file with a marked part, taken apart. The zero value is none.
type Page struct {
	name, begin, end   string
	above, text, below string
}

// Open reads a page, whose part is between the lines <!-- mark: begin --> and <!-- mark: end -->. Without a name there
// is none.
func Open(name, mark string) (Page, error) {
	if name == "" {
		return Page{}, nil
	}
	p := Page{name: name, begin: "<!-- " + mark + ": begin -->\n", end: "<!-- " + mark + ": end -->\n"}
	whole, err := os.ReadFile(name)
	if err != nil {
		return Page{}, err
	}
	above, rest, ok := strings.Cut(string(whole), p.begin)
	text, below, closed := strings.Cut(rest, p.end)
	if !ok || !closed {
		return Page{}, fmt.Errorf("%s: the tables' place is not marked (it needs the lines %q and %q)",
			name, strings.TrimSpace(p.begin), strings.TrimSpace(p.end))
	}
	p.above, p.text, p.below = above, text, below
	return p, nil
}

// Replace writes the page with another part.
func (p Page) Replace(text string) error {
	return os.WriteFile(p.name, []byte(p.above+p.begin+text+p.end+p.below), 0o644)
}

// Compare prints the lines in which the page's part differs from the text, - as the page has them and + as they should
// be, and is an error when there are any. Tables of one kind have the same lines, so that they are compared one by one.
func (p Page) Compare(text string, out io.Writer) error {
	if p.text == text {
		return nil
	}
	shown, right := strings.Split(p.text, "\n"), strings.Split(text, "\n")
	for i := range max(len(shown), len(right)) {
		switch {
		case i >= len(right):
			fmt.Fprintf(out, "-%s\n", shown[i])
		case i >= len(shown):
			fmt.Fprintf(out, "+%s\n", right[i])
		case shown[i] != right[i]:
			fmt.Fprintf(out, "-%s\n+%s\n", shown[i], right[i])
		}
	}
	return fmt.Errorf("%s shows other tables than the simulation gives; put them there with -write", p.name)
}
