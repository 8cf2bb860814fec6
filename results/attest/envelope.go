package attest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// Envelope is a statement with the signatures over its bytes.
type Envelope struct {
	Where     string // a file and a line, for errors
	Payload   []byte // as it was signed
	Statement Statement
	signed    dsse.Envelope // without the payload
}

// Sign puts the bytes of a statement into an envelope.
func Sign(ctx context.Context, statement []byte, signers ...Signer) (Envelope, error) {
	s, err := ParseStatement("the statement", statement)
	if err != nil {
		return Envelope{}, err
	}
	e, err := dsseOf(ctx, statement, signers)
	return Envelope{Payload: statement, Statement: s, signed: e}, err
}

func dsseOf(ctx context.Context, payload []byte, signers []Signer) (dsse.Envelope, error) {
	var with []dsse.Signer
	for _, s := range signers {
		with = append(with, s)
	}
	signer, err := dsse.NewEnvelopeSigner(with...)
	if err != nil {
		return dsse.Envelope{}, err
	}
	e, err := signer.SignPayload(ctx, PayloadType, payload)
	if err != nil {
		return dsse.Envelope{}, err
	}
	e.Payload = ""
	return *e, nil
}

// And gives the envelope a further signature, over the same bytes. A key signs once (SignedTwice).
func (e Envelope) And(ctx context.Context, signer Signer) (Envelope, error) {
	if slices.Contains(e.Signers(), signer.ID) {
		return e, &Refusal{SignedTwice, e.Where, "has a signature by the key " + signer.Short() + " already"}
	}
	more, err := dsseOf(ctx, e.Payload, []Signer{signer})
	if err != nil {
		return e, err
	}
	e.signed.Signatures = append(append([]dsse.Signature{}, e.signed.Signatures...), more.Signatures...)
	return e, nil
}

// Signers lists the fingerprints that the signatures name. Nothing is checked.
func (e Envelope) Signers() (ids []string) {
	for _, s := range e.signed.Signatures {
		ids = append(ids, s.KeyID)
	}
	return ids
}

// head is the one form of the envelope's line, in which the payload is empty.
func (e Envelope) head() ([]byte, error) {
	one := dsse.Envelope{PayloadType: e.signed.PayloadType, Signatures: []dsse.Signature{}}
	for _, s := range e.signed.Signatures {
		sig, err := base64.StdEncoding.DecodeString(s.Sig)
		if err != nil {
			return nil, err
		}
		s.Sig = base64.StdEncoding.EncodeToString(sig)
		one.Signatures = append(one.Signatures, s)
	}
	line, err := json.Marshal(one)
	return append(line, '\n'), err
}

// Bundle is several envelopes in one file, one a line, as in-toto's bundles have them.
//
// https://github.com/in-toto/attestation/blob/main/spec/v1/bundle.md
type Bundle []Envelope

// Text is the file.
func (b Bundle) Text() (text []byte, err error) {
	for _, e := range b {
		e.signed.Payload = base64.StdEncoding.EncodeToString(e.Payload)
		line, err := json.Marshal(e.signed)
		if err != nil {
			return nil, err
		}
		text = append(append(text, line...), '\n')
	}
	return text, nil
}

// ParseBundle reads a file of envelopes; its signatures are not checked. Each line must be as Text writes it, to the
// byte: base64 and JSON have other forms of the same, and a changed byte would not be found in them.
func ParseBundle(file string, text []byte) (b Bundle, err error) {
	for line := range bytes.Lines(text) {
		where := fmt.Sprintf("%s:%d", file, len(b)+1)
		e, err := parseEnvelope(where, line)
		if err != nil {
			return nil, err
		}
		b = append(b, e)
	}
	if len(b) == 0 {
		return nil, &Refusal{Unreadable, file, "holds no envelope"}
	}
	return b, nil
}

func parseEnvelope(where string, line []byte) (e Envelope, err error) {
	e.Where = where
	head, payload, err := cut(line, "payload", jsontext.Value(`""`))
	if err == nil {
		err = strictly(head, &e.signed)
	}
	if err != nil {
		return e, &Refusal{Unreadable, where, "is no DSSE envelope: " + err.Error()}
	}
	if e.signed.PayloadType != PayloadType {
		return e, &Refusal{WrongType, where, fmt.Sprintf("holds %q (allowed: %q)", e.signed.PayloadType, PayloadType)}
	}
	if e.Payload, err = unquoted(payload); err != nil {
		return e, &Refusal{Unreadable, where, "its payload is no base64"}
	}
	if again, err := e.head(); err != nil || !bytes.Equal(again, head) {
		return e, refuse(Unreadable, where, "is not written as it was signed: a byte outside of what is signed was "+
			"changed")
	}
	e.Statement, err = ParseStatement(where, e.Payload)
	return e, err
}

// unquoted is what a string of base64 holds, which must be its one form: without escapes, line breaks and stray bits.
func unquoted(s jsontext.Value) ([]byte, error) {
	text := bytes.Trim(s, `"`)
	bits := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Strict().Decode(bits, text)
	return bits[:n], err
}
