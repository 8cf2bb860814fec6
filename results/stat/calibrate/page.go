package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// The lines of a page between which the tables are.
const (
	begin = "<!-- calibrate: begin -->\n"
	end   = "<!-- calibrate: end -->\n"
)

// page is a file with tables in it, taken apart.
type page struct {
	name               string
	above, text, below string
}

// open reads a page; without a name there is none.
func open(name string) (page, error) {
	if name == "" {
		return page{}, nil
	}
	whole, err := os.ReadFile(name)
	if err != nil {
		return page{}, err
	}
	above, rest, ok := strings.Cut(string(whole), begin)
	text, below, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return page{}, fmt.Errorf("%s: the tables' place is not marked (it needs the lines %q and %q)",
			name, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return page{name: name, above: above, text: text, below: below}, nil
}

// replace writes the page with other tables.
func (p page) replace(text string) error {
	return os.WriteFile(p.name, []byte(p.above+begin+text+end+p.below), 0o644)
}

// compare prints the lines in which the page's tables differ from the text, - as the page has them and + as they should
// be, and is an error when there are any. Tables of one kind have the same lines, so that they are compared one by one.
func (p page) compare(text string, out io.Writer) error {
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
