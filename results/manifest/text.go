package manifest

import (
	"bytes"
	"encoding/json"
)

// Text makes a whole manifest of lines, which it numbers and chains. Lines that cannot follow one another are an error.
func Text(lines []Line) ([]byte, error) {
	var text []byte
	h := History{begun: map[string]bool{}, place: map[string]int{}}
	for i, l := range lines {
		l.Number = i + 1
		line, digest, err := l.encode(h.digest)
		if err == nil {
			err = h.add(l)
		}
		if err != nil {
			return nil, &Broken{l.Number, err.Error()}
		}
		h.lines, h.digest = l.Number, digest
		text = append(text, line...)
	}
	return text, nil
}

// ChangeTo is the change that makes run.json of what it was, and nil when it was that. Trials is how many have
// finished.
func ChangeTo(text []byte, was State, trials int) (*Change, error) {
	c := &Change{Fields: map[string]json.RawMessage{}, SHA256: Digest(text), Trials: trials}
	if c.SHA256 == was.SHA256 {
		return nil, nil
	}
	fields, err := fieldsOf(text)
	if err != nil {
		return nil, err
	}
	for name, value := range fields {
		if string(value) != string(was.Fields[name]) {
			c.Fields[name] = value
		}
	}
	for name := range was.Fields {
		if fields[name] == nil {
			c.Fields[name] = json.RawMessage("null")
		}
	}
	return c, nil
}

// fieldsOf splits an object into its fields, without blanks and without those that are null.
func fieldsOf(text []byte) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	for name, value := range fields {
		if string(value) == "null" {
			delete(fields, name)
			continue
		}
		var small bytes.Buffer
		if err := json.Compact(&small, value); err != nil {
			return nil, err
		}
		fields[name] = small.Bytes()
	}
	return fields, nil
}
