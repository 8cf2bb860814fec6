package page_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aftershock/results/report/page"
)

// frames are a picture's frames as "x width class name".
func frames(f page.Flame) (all []string) {
	frame := regexp.MustCompile(`<svg x="([0-9.]+)%" y="([0-9]+)" width="([0-9.]+)%" height="19">` +
		`<rect class="(\w+)"[^>]*><title>(.*?)</title>`)
	for _, m := range frame.FindAllStringSubmatch(string(f.Drawn()), -1) {
		all = append(all, strings.Join(m[1:], " "))
	}
	return all
}

// What only one arm has is as visible as what both have, frames stand below those that called them and beside each
// other, and the colour says which arm spent more there.
func TestFrames(t *testing.T) {
	f := page.Flame{Least: 0.01, Root: &page.Frame{Name: "all", Before: 1, After: 1, Calls: []*page.Frame{
		{Name: "new", After: 0.4}, {Name: "gone", Before: 0.6, Calls: []*page.Frame{{Name: "below", Before: 0.6}}},
		{Name: "tiny", Before: 0.001}, {Name: "same", Before: 0.3, After: 0.301},
	}}}
	got := strings.Join(frames(f), "\n")
	want := strings.Join([]string{
		"0.000 0 100.000 even all: 100.0 % before, 100.0 % after",
		"0.000 19 30.000 less4 gone: 60.0 % before, 0.0 % after",
		"0.000 38 30.000 less4 below: 60.0 % before, 0.0 % after",
		"30.000 19 20.000 more4 new: 0.0 % before, 40.0 % after",
		"50.000 19 30.050 even same: 30.0 % before, 30.1 % after",
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Names stay text, a recursion ends, and a picture of nothing is none.
func TestOddFrames(t *testing.T) {
	deep := &page.Frame{Name: "</svg><script>", Before: 1, After: 1}
	for range 1000 {
		deep = &page.Frame{Name: "again", Before: 1, After: 1, Calls: []*page.Frame{deep}}
	}
	if n := len(frames(page.Flame{Root: deep})); n < 20 || n > 100 {
		t.Errorf("%d frames are drawn of a stack of 1000", n)
	}
	hostile := page.Flame{Root: &page.Frame{Name: "</svg><script>", Before: 1, After: 1}}
	if text := string(hostile.Drawn()); strings.Contains(text, "<script>") {
		t.Error(text)
	}
	for _, empty := range []page.Flame{{}, {Root: &page.Frame{Name: "all"}}} {
		if n := len(frames(empty)); n != 0 {
			t.Errorf("%d frames of nothing", n)
		}
	}
}

// Lines of either text alone are marked, what both have stands around them, and the rest is left out.
func TestDiff(t *testing.T) {
	text := func(middle string) string {
		var all strings.Builder
		for n := range 100 {
			line := fmt.Sprint("line ", n)
			if n == 50 {
				line = middle
			}
			all.WriteString(line + "\n")
		}
		return all.String()
	}
	lines, err := page.Diff(text("old"), text("new <b>"))
	if err != nil || len(lines) != 12+2+12 {
		t.Fatalf("%d lines: %v", len(lines), err)
	}
	changed := []page.DiffLine{{Mark: "-", Text: "old"}, {Mark: "+", Text: "new <b>"}}
	if !slices.Equal(lines[12:14], changed) || lines[11].Text != "line 49" || lines[14].Text != "line 51" {
		t.Errorf("%q", lines)
	}
	if lines, err := page.Diff("a\n", "a\n"); err != nil || len(lines) != 0 {
		t.Errorf("of one text: %q, %v", lines, err)
	}
	in := written(t, page.Page{Sections: []page.Section{{ID: "s", Blocks: []page.Block{{Diff: lines}}}}})
	for _, want := range []string{`<span class="gone">- old`, `<span class="new">&#43; new &lt;b&gt;`} {
		if !strings.Contains(in, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
