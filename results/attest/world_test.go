package attest_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"aftershock/results/attest"
)

// noon is when signatures are checked.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// signer is an Ed25519 key that is the same in each run of a test.
func signer(t testing.TB, n byte) attest.Signer {
	t.Helper()
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = n
	return of(t, ed25519.NewKeyFromSeed(seed))
}

func of(t testing.TB, key crypto.Signer) attest.Signer {
	t.Helper()
	s, err := attest.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func elliptical(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

const predicate = "urn:example:test:1"

// statement says something of a file.
func statement(t testing.TB) []byte {
	t.Helper()
	about, err := attest.ParseSubject("service", "sha256", strings.Repeat("0a", 32))
	if err != nil {
		t.Fatal(err)
	}
	text, err := attest.NewStatement([]attest.Subject{about}, predicate, map[string]any{"holds": true, "seed": "7"})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func enveloped(t testing.TB, signers ...attest.Signer) attest.Envelope {
	t.Helper()
	e, err := attest.Sign(t.Context(), statement(t), signers...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// line is an envelope as its file has it.
func line(t testing.TB, e attest.Envelope) string {
	t.Helper()
	text, err := attest.Bundle{e}.Text()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// listed is a key in a trust file.
func listed(name, role string, s attest.Signer, more string) string {
	key := base64.StdEncoding.EncodeToString(s.DER)
	return fmt.Sprintf("  - {name: %s, role: %s, key: %q%s}\n", name, role, key, more)
}

func trust(t testing.TB, keys, needs string) attest.Trust {
	t.Helper()
	found, err := attest.ParseTrust("trust.yaml", []byte("name: us\nkeys:\n"+keys+"require:\n"+needs))
	if err != nil {
		t.Fatal(err)
	}
	return found
}
