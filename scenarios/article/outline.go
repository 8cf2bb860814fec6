package article

import (
	"slices"
	"strings"

	"aftershock/internal/nearest"
	"aftershock/scenarios/article/claims"
)

// unit is a part of the article: a title, a paragraph, an item of a list, a row of a table, a block of code or a
// diagram. Each is numbered by its kind within its chapter, as "1, table 1, row 3".
type unit struct {
	at     string
	states string // what it states, in our words
	// none says why it makes no claim about this ground; empty where it makes one.
	none string
}

// outline is the article from its first title to its last paragraph, in its order.
var outline = slices.Concat(outline1, outline2, outline3, outline4, outline5)

// placed gives places what the article states there. A place that is not in the outline is an error that names the
// nearest.
func placed(places []claims.Place) ([]claims.Place, error) {
	all := slices.Clone(places)
	for i, p := range all {
		n := slices.IndexFunc(outline, func(u unit) bool { return u.at == p.At })
		if n < 0 {
			var known []string
			for _, u := range outline {
				known = append(known, u.at)
			}
			return nil, nearest.Unknown("place in the article", p.At, known)
		}
		all[i].States = outline[n].states
	}
	return all, nil
}

// at are places by their names.
func at(names ...string) (all []claims.Place) {
	for _, name := range names {
		all = append(all, claims.Place{At: name})
	}
	return all
}

// Silent are the parts of the article that make no claim about this ground, each with what it states and why it is
// none.
func Silent() (all []claims.Silent) {
	for _, u := range outline {
		if u.none != "" {
			all = append(all, claims.Silent{Place: claims.Place{At: u.at, States: u.states}, Why: u.none})
		}
	}
	return all
}

// Size is how many parts of each kind a chapter has, as "chapter 1: 4 paragraphs, 3 items, 3 rows", chapter by chapter.
func Size() (all []claims.Size) {
	for _, u := range outline {
		chapter, kind := u.kind()
		n := len(all) - 1
		if n < 0 || all[n].Chapter != chapter {
			all, n = append(all, claims.Size{Chapter: chapter, Parts: map[string]int{}}), n+1
		}
		all[n].Parts[kind]++
	}
	return all
}

// kind tells a unit's chapter, and what it is: a row of a table is one, whichever table it is in.
func (u unit) kind() (chapter, kind string) {
	parts := strings.Split(u.at, ", ")
	kind, _, _ = strings.Cut(parts[len(parts)-1], " ")
	return parts[0], kind
}
