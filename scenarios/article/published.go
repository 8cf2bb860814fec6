package article

import (
	"bytes"
	_ "embed" // the first page's verdicts
	"encoding/json"
	"fmt"

	"aftershock/scenarios/article/claims"
)

// published are the claims of the first docs/article.md, of commit 04f486d, whose claims had no places in the article
// and some of whose arms differed in a constant: a page says what became of each of its verdicts, and why.
//
//go:embed published.json
var published []byte

// gone says of claims that are on the page no more why that is.
var gone = map[string]string{
	"presizing": "it is not in the article; growth, which the article does not claim either, is shown by the " +
		"presized map now",
}

// First is the first page. What is no list of its claims is an error.
func First() ([]claims.Published, error) { return readFirst(published) }

func readFirst(text []byte) (all []claims.Published, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("published.json: %w", err)
	}
	for i := range all {
		all[i].Gone = gone[all[i].Name]
	}
	return all, nil
}
