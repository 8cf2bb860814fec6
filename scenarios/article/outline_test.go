package article

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aftershock/scenarios/article/claims"
	"aftershock/scenarios/fixes"
)

// The article can be counted against it: in each chapter the parts of a kind are numbered from 1, and none is left out.
func TestTheOutlineCountsWithoutGaps(t *testing.T) {
	last, chapter := map[string]int{}, ""
	for _, u := range outline {
		if err := u.numbered(last); err != nil {
			t.Error(err)
		}
		at, kind := u.kind()
		if !slices.Contains([]string{"title", "paragraph", "item", "row", "code", "diagram"}, kind) || u.states == "" {
			t.Errorf("%s is a %q that states %q", u.at, kind, u.states)
		}
		if at < chapter {
			t.Errorf("%s comes after chapter %s", u.at, chapter)
		}
		chapter = at
	}
	for _, wrong := range []string{"9", "9, paragraph 2", "9, paragraph x", "9, table 1, row 1, 2",
		"9, table 2, row 1"} {
		if (unit{at: wrong}).numbered(map[string]int{}) == nil {
			t.Errorf("%q is a place", wrong)
		}
	}
}

// The article can be held against this by counting its parts. Headings within a chapter are none, and neither are
// the lines of a diagram or of a block of code.
func TestTheSizeOfTheArticle(t *testing.T) {
	want := map[string]map[string]int{
		"1":   {"title": 1, "paragraph": 4, "code": 1, "item": 3, "row": 3},
		"2.1": {"paragraph": 3, "item": 3, "row": 3, "code": 1, "diagram": 1},
		"2.2": {"paragraph": 2, "code": 1, "row": 2, "diagram": 1},
		"2.3": {"paragraph": 2, "item": 1, "code": 1, "row": 3, "diagram": 1},
		"2.4": {"paragraph": 3, "item": 2, "code": 1, "row": 2, "diagram": 1},
		"2.5": {"paragraph": 2, "item": 3, "code": 1, "row": 3, "diagram": 1},
		"3.1": {"paragraph": 3, "code": 1, "row": 3, "diagram": 1},
		"3.2": {"paragraph": 2, "item": 2, "code": 1, "row": 3, "diagram": 1},
		"3.3": {"paragraph": 3, "code": 1, "row": 3, "diagram": 1},
		"4.1": {"paragraph": 2, "code": 1, "row": 2, "item": 2, "diagram": 1},
		"4.2": {"paragraph": 2, "item": 3, "row": 2, "code": 1, "diagram": 1},
		"4.3": {"paragraph": 2, "item": 3, "code": 2},
		"4.4": {"paragraph": 2, "code": 1, "row": 3, "item": 2, "diagram": 1},
		"5":   {"paragraph": 7, "row": 3, "code": 1, "item": 3},
	}
	sizes := Size()
	if len(sizes) != len(want) {
		t.Errorf("%d chapters, want %d", len(sizes), len(want))
	}
	for _, s := range sizes {
		for _, kind := range []string{"title", "paragraph", "item", "row", "code", "diagram"} {
			if s.Parts[kind] != want[s.Chapter][kind] {
				t.Errorf("chapter %s has %d of %s, want %d", s.Chapter, s.Parts[kind], kind, want[s.Chapter][kind])
			}
		}
	}
}

// Each part of the article makes a claim that is listed, or has a reason why it makes none. And each claim of the
// article has a place in it, in the chapter under which it stands.
func TestEachPartOfTheArticleIsAnswered(t *testing.T) {
	claimed := map[string]string{}
	for _, c := range list(t) {
		if (c.Chapter == claims.Field) != (len(c.Places) == 0) {
			t.Errorf("%s: a claim of the article has a place, and one of the field has none: %v", c.Name, c.Places)
		}
		for i, p := range c.Places {
			claimed[p.At] = c.Name
			if i == 0 && !strings.HasPrefix(p.At, c.Chapter+", ") || p.States == "" {
				t.Errorf("%s stands under %s, and its first place is %q, which states %q", c.Name, c.Chapter, p.At,
					p.States)
			}
		}
	}
	silent := 0
	for _, u := range outline {
		if u.none != "" {
			silent++
		}
		if (claimed[u.at] != "") == (u.none != "") {
			t.Errorf("%s has the claim %q and the reason %q: it wants one of them", u.at, claimed[u.at], u.none)
		}
	}
	if got := Silent(); len(got) != silent || silent == 0 {
		t.Errorf("%d silent parts, want %d", len(got), silent)
	}
}

func TestAPlaceThatIsNotThereIsRefused(t *testing.T) {
	if _, err := placed(at("1, tabel 1, row 3")); err == nil ||
		!strings.Contains(err.Error(), `did you mean "1, table 1, row 3"?`) {
		t.Errorf("got %v", err)
	}
}

// The incident has four figures. Each is that of one claim, which says what it is of, and no fix has another one's.
func TestTheIncidentsFiguresAreGivenOutOnce(t *testing.T) {
	for _, figure := range []string{"-48 %", "120 -> 230 us", "230 -> 115 us", "-99.2 %"} {
		var have []string
		for _, c := range list(t) {
			if strings.Contains(c.Article, figure) {
				have = append(have, c.Name)
			}
		}
		if len(have) != 1 {
			t.Errorf("%s is the figure of %q, want one claim", figure, have)
		}
		have = nil
		for _, f := range fixes.Registry().Fixes {
			if strings.Contains(f.Article, figure) {
				have = append(have, f.Name)
			}
		}
		if len(have) > 1 {
			t.Errorf("%s is the figure of the fixes %q, want one at most", figure, have)
		}
	}
}

// numbered is the error of a unit that cannot follow another one: numbers begin at 1 and leave none out.
func (u unit) numbered(last map[string]int) error {
	parts := strings.Split(u.at, ", ")
	if len(parts) < 2 || len(parts) > 3 {
		return fmt.Errorf("place %q (allowed: CHAPTER, KIND NUMBER or CHAPTER, table NUMBER, row NUMBER)", u.at)
	}
	for i := range parts[1:] {
		kind, number, _ := strings.Cut(parts[i+1], " ")
		series := strings.Join(parts[:i+1], ", ") + ", " + kind
		n, err := strconv.Atoi(number)
		inner := i+1 < len(parts)-1 // a table is named by each of its rows
		if err != nil || n != last[series]+1 && (!inner || n != last[series]) {
			return fmt.Errorf("place %q: %s %d was the last one", u.at, series, last[series])
		}
		last[series] = n
	}
	return nil
}
