package article

import (
	"bytes"
	_ "embed" // the last page's verdicts
	"encoding/json"
	"fmt"

	"aftershock/scenarios/article/claims"
)

// published are the claims of docs/article.md as it was before the page that is written now. When a new page is
// published, its claims take their place before the next one, from claims.json of its folder:
//
//	jq '[.rows[] | {name: .claim.name, chapter: .claim.chapter, says: .claim.says, verdict}]' claims.json
//
//go:embed published.json
var published []byte

// gone says of claims that are on the page no more why that is.
var gone = map[string]string{
	"presizing": "it is not in the article; growth, which the article does not claim either, is shown by the " +
		"presized map now",
}

// Last is the last page. What is no list of its claims is an error.
func Last() ([]claims.Published, error) { return readLast(published) }

func readLast(text []byte) (all []claims.Published, err error) {
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
