package attest_test

import (
	"crypto/elliptic"
	"errors"
	"slices"
	"strings"
	"testing"

	"aftershock/internal/golden"
	"aftershock/results/attest"
)

// What was signed is what is read, to the byte, and by each kind of key.
func TestSignaturesAreChecked(t *testing.T) {
	one, two := signer(t, 1), of(t, elliptical(t, elliptic.P256()))
	e, err := enveloped(t, one).And(t.Context(), two)
	if err != nil {
		t.Fatal(err)
	}
	b, err := attest.ParseBundle("x", []byte(line(t, e)+line(t, enveloped(t, one))))
	if err != nil || len(b) != 2 {
		t.Fatalf("%d envelopes, %v", len(b), err)
	}
	if string(b[0].Payload) != string(statement(t)) || !slices.Equal(b[0].Signers(), []string{one.ID, two.ID}) {
		t.Errorf("%s by %v", b[0].Payload, b[0].Signers())
	}
	believed := trust(t, listed("ci", "ran", one, "")+listed("eve", "approved", two, ""),
		"  - {role: ran, at-least: 1}\n  - {role: approved, at-least: 1}\n")
	signed, err := believed.Check(t.Context(), b[0], noon)
	if err != nil || len(signed) != 2 || signed[0].Name != "ci" || signed[1].Name != "eve" {
		t.Errorf("%v, %v", signed, err)
	}
	if _, err := believed.Check(t.Context(), b[1], noon); !errors.Is(err, attest.TooFew) ||
		!strings.Contains(err.Error(), "x:2: role approved needs signatures by 1 trusted keys, and there is none") {
		t.Errorf("%v", err)
	}
	if _, err := believed.CheckAny(t.Context(), b[1], noon); err != nil {
		t.Errorf("%v", err)
	}
	if _, err := b[0].And(t.Context(), one); !errors.Is(err, attest.SignedTwice) {
		t.Errorf("%v", err)
	}
}

// An envelope has one form. Every byte of it that is changed is found, one after the other.
func TestAnyChangedByteIsFound(t *testing.T) {
	one := signer(t, 1)
	believed, err := attest.TrustAll([]string{"one.pub"}, []attest.Public{one.Public})
	if err != nil {
		t.Fatal(err)
	}
	whole := line(t, enveloped(t, one))
	for i := range whole {
		for _, other := range []byte{whole[i] ^ 1, ' ', 'A'} {
			text := []byte(whole)
			if text[i] == other {
				continue
			}
			text[i] = other
			b, err := attest.ParseBundle("x", text)
			if err == nil {
				_, err = believed.Check(t.Context(), b[0], noon)
			}
			if len(attest.Refusals(err)) == 0 {
				t.Errorf("byte %d of %s became %q: %v", i, whole, other, err)
			}
		}
	}
}

func TestEnvelopesThatAreRefused(t *testing.T) {
	whole := strings.TrimSuffix(line(t, enveloped(t, signer(t, 1))), "\n")
	for name, c := range map[string]struct {
		text string
		kind attest.Kind
		want string
	}{
		"empty":         {"", attest.Unreadable, "x: holds no envelope"},
		"no JSON":       {"hello\n", attest.Unreadable, "x:1: is no DSSE envelope"},
		"truncated":     {whole[:len(whole)-9] + "\n", attest.Unreadable, "x:1: is no DSSE envelope"},
		"no line break": {whole, attest.Unreadable, "is not written as it was signed"},
		"blank": {strings.Replace(whole, ":", ": ", 1) + "\n", attest.Unreadable,
			"is not written as it was signed"},
		"another type": {strings.Replace(whole, "in-toto", "in-tutu", 1) + "\n", attest.WrongType,
			"application/vnd.in-tutu+json"},
		"another field": {strings.Replace(whole, "{", `{"x":1,`, 1) + "\n", attest.Unreadable, `unknown field "x"`},
		"no payload": {`{"payloadType":"application/vnd.in-toto+json","signatures":[]}` + "\n", attest.Unreadable,
			"is not written as it was signed"},
		"an escape": {strings.Replace(whole, `"payload":"e`, `"payload":"\u0065`, 1) + "\n", attest.Unreadable,
			"its payload is no base64"},
		"no statement": {`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}` + "\n",
			attest.Unreadable, "is no in-toto Statement"},
		"second line": {whole + "\nhello\n", attest.Unreadable, "x:2: "},
	} {
		_, err := attest.ParseBundle("x", []byte(c.text))
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A statement of another version, one about nothing, and one with a digest that is none.
func TestStatementsThatAreRefused(t *testing.T) {
	whole := string(statement(t))
	for _, c := range []struct {
		old, replacement string
		kind             attest.Kind
	}{
		{"Statement/v1", "Statement/v0.1", attest.WrongType},
		{"Statement/v1", "Statement/v2", attest.Unreadable},
		{"0a0a", "0a0", attest.Unreadable},
		{`"sha256"`, `"sha512"`, attest.Unreadable},
		{`"predicateType"`, `"predicatetype"`, attest.Unreadable},
		{predicate, "", attest.Unreadable},
		{`{"holds":true,"seed":"7"}`, "null", attest.Unreadable},
		{`"holds":true`, `"holds":true,"holds":false`, attest.Unreadable},
		{`"holds":true`, `"holds":{"x":1,"x":1}`, attest.Unreadable},
		{`"seed":"7"`, "\"seed\":\"\xff\"", attest.Unreadable},
		{`"seed":"7"`, `"seed":"\ud800"`, attest.Unreadable},
		{`"predicate":`, `"predicate":{},"predicate":`, attest.Unreadable},
		{`"7"}}`, `"7"}} x`, attest.Unreadable},
	} {
		text := strings.Replace(whole, c.old, c.replacement, 1)
		if _, err := attest.ParseStatement("x", []byte(text)); text == whole || !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", text, err)
		}
	}
	s, err := attest.ParseStatement("x", statement(t))
	if err != nil {
		t.Fatal(err)
	}
	var into struct {
		Holds bool   `json:"holds"`
		Seed  string `json:"seed"`
	}
	if err := s.Read("x", predicate, &into); err != nil || !into.Holds || into.Seed != "7" {
		t.Errorf("%+v, %v", into, err)
	}
	if err := s.Read("x", "urn:example:other:1", &into); !errors.Is(err, attest.WrongType) {
		t.Errorf("%v", err)
	}
	if err := s.Read("x", predicate, &struct{}{}); !errors.Is(err, attest.Unreadable) {
		t.Errorf("%v", err)
	}
}

// The file that the independent verifier reads is what this package writes. Ed25519 gives the same signature each time.
func TestTheSampleOfTheIndependentVerifier(t *testing.T) {
	one, two := signer(t, 1), signer(t, 2)
	e, err := enveloped(t, one).And(t.Context(), two)
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "independent/testdata/sample.intoto.jsonl", []byte(line(t, e)))
	for n, s := range []attest.Signer{one, two} {
		name := []string{"one.pub", "two.pub"}[n]
		golden.Compare(t, "independent/testdata/"+name, attest.PublicText(s.Public))
	}
}

func FuzzParseBundle(f *testing.F) {
	f.Add(line(f, enveloped(f, signer(f, 1))))
	f.Add(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}`)
	f.Fuzz(func(t *testing.T, text string) {
		b, err := attest.ParseBundle("x", []byte(text))
		if err != nil {
			return
		}
		if again, err := b.Text(); err != nil || string(again) != text {
			t.Errorf("%q is read, and written as %q, %v", text, again, err)
		}
	})
}
