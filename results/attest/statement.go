package attest

import (
	"bytes"
	"encoding/json"

	"github.com/go-json-experiment/json/jsontext"
	v1 "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

// PayloadType is the type of what an envelope holds here.
const PayloadType = "application/vnd.in-toto+json"

// Statement is an in-toto Statement, version 1.
type Statement struct {
	Type          string          `json:"_type"`
	Subject       []Subject       `json:"subject"`
	PredicateType string          `json:"predicateType"`
	Predicate     json.RawMessage `json:"predicate"`
}

// Subject is a thing that a statement is about. The digest is what counts; the name is for people.
type Subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"` // algorithm -> hexadecimal
}

// NewStatement gives the bytes of a statement, which are what is signed.
func NewStatement(about []Subject, predicateType string, predicate any) ([]byte, error) {
	text, err := json.Marshal(predicate)
	if err != nil {
		return nil, err
	}
	text, err = json.Marshal(Statement{v1.StatementTypeUri, about, predicateType, text})
	if err != nil {
		return nil, err
	}
	_, err = ParseStatement("the statement", text)
	return text, err
}

// ParseStatement reads a statement, by the schema of in-toto. Where names it in errors, which are Refusals. The
// predicate is a part of text, and in-toto's library never sees it: as its tree it takes ten times the memory.
func ParseStatement(where string, text []byte) (Statement, error) {
	var known v1.Statement
	head, predicate, err := cut(text, "predicate", jsontext.Value("{}"))
	if err == nil {
		err = protojson.Unmarshal(head, &known)
	}
	if err == nil {
		err = known.Validate()
	}
	if err == nil && known.GetType() != v1.StatementTypeUri {
		return Statement{}, refuse(WrongType, where, "is a %q (allowed: %q)", known.GetType(), v1.StatementTypeUri)
	}
	var s Statement
	if err == nil {
		err = strictly(head, &s)
	}
	if err != nil {
		return Statement{}, &Refusal{Unreadable, where, "is no in-toto Statement: " + err.Error()}
	}
	s.Predicate = json.RawMessage(predicate)
	return s, nil
}

// Read reads the predicate, which must be of a type and have no field that the program does not know.
func (s Statement) Read(where, predicateType string, into any) error {
	if s.PredicateType != predicateType {
		return refuse(WrongType, where, "says %q (allowed: %q)", s.PredicateType, predicateType)
	}
	if err := strictly(s.Predicate, into); err != nil {
		return &Refusal{Unreadable, where, "its predicate cannot be read: " + err.Error()}
	}
	return nil
}

func strictly(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
