package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Line is a line of the manifest. Apart from its number and time it holds one thing: a change of run.json, a trial that
// begins, or a trial that has finished.
type Line struct {
	Number int       `json:"line"` // from 1
	At     time.Time `json:"at"`
	Schema int       `json:"schema,omitempty"` // in the first line alone, as is Plan
	Plan   string    `json:"plan,omitempty"`   // the SHA-256 of plan.txt
	Run    *Change   `json:"run,omitempty"`
	Begun  string    `json:"begun,omitempty"` // the trial's folder within the run's
	Trial  *Trial    `json:"trial,omitempty"`
}

// Change is what became of run.json.
type Change struct {
	Fields map[string]json.RawMessage `json:"fields"` // those that changed, of the first line all; null for one that went
	SHA256 string                     `json:"sha256"` // of the whole file
	Trials int                        `json:"trials"` // finished by then
}

// Trial is a finished trial.
type Trial struct {
	Folder  string  `json:"folder"` // within the run's
	Outcome Outcome `json:"outcome"`
	SHA256  string  `json:"sha256"` // of its trial.json, which has the digests of the trial's other files
}

// Outcome says how a trial went, for those who read the manifest alone.
type Outcome string

// The outcomes.
const (
	Valid       Outcome = "valid"
	Invalid     Outcome = "invalid"
	Spoiled     Outcome = "spoiled"
	Interrupted Outcome = "interrupted"
)

// Before its closing brace each line has this, a digest, and a quotation mark.
const (
	seal      = `,"digest":"`
	sealSize  = len(seal) + 2*sha256.Size + len(`"}`)
	notTheEnd = "its digest does not follow from the line and from those before it: one of them was altered, moved or taken out"
)

// encode gives a line's bytes with its line break, and its digest, which the next one follows from.
func (l Line) encode(before string) (text []byte, digest string, err error) {
	body, err := json.Marshal(l)
	if err != nil {
		return nil, "", err
	}
	body = body[:len(body)-1]
	digest = chained(before, body)
	return append(append(append(body, seal...), digest...), "\"}\n"...), digest, nil
}

func chained(before string, body []byte) string {
	sum := sha256.New()
	sum.Write([]byte(before)) // a hash never fails
	sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil))
}

// decode reads a line without its line break, which must follow from the digest before it.
func decode(text []byte, before string) (l Line, digest string, err error) {
	at := len(text) - sealSize
	if at < 0 || !bytes.HasPrefix(text[at:], []byte(seal)) || !bytes.HasSuffix(text, []byte(`"}`)) {
		return l, "", errors.New("it does not end with a digest")
	}
	digest = string(text[at+len(seal) : len(text)-2])
	if chained(before, text[:at]) != digest {
		return l, "", errors.New(notTheEnd)
	}
	decoder := json.NewDecoder(bytes.NewReader(append(bytes.Clone(text[:at]), '}')))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&l); err != nil {
		return l, "", fmt.Errorf("it cannot be read: %w", err)
	}
	return l, digest, nil
}
