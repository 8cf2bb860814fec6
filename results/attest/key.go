package attest

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
)

// Public is a public key that signatures are checked with: of Ed25519, or of ECDSA over P-256, which most hardware has.
type Public struct {
	ID  string // the fingerprint: SHA-256 of the key's DER (SubjectPublicKeyInfo), in hexadecimal
	DER []byte
	key crypto.PublicKey
}

// PublicOf names a public key.
func PublicOf(key crypto.PublicKey) (Public, error) {
	if k, ok := key.(*ecdsa.PublicKey); ok && k.Curve != elliptic.P256() {
		return Public{}, fmt.Errorf("an ECDSA key over %s (allowed: P-256)", k.Curve.Params().Name)
	}
	switch key.(type) {
	case ed25519.PublicKey, *ecdsa.PublicKey:
	default:
		return Public{}, fmt.Errorf("a key of type %T (allowed: Ed25519, and ECDSA over P-256)", key)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	sum := sha256.Sum256(der)
	return Public{ID: hex.EncodeToString(sum[:]), DER: der, key: key}, err
}

// parsePublic reads a public key's DER, which must be its only form: the fingerprint is of these bytes.
func parsePublic(der []byte) (Public, error) {
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return Public{}, err
	}
	p, err := PublicOf(key)
	if err == nil && string(p.DER) != string(der) {
		err = errors.New("not the one form of the key")
	}
	return p, err
}

// Short is enough of the fingerprint to tell keys apart by eye.
func (p Public) Short() string { return short(p.ID) }

const shownOfID = 16

func short(id string) string {
	if len(id) > shownOfID {
		return id[:shownOfID]
	}
	return id
}

var errMismatch = errors.New("the signature does not fit")

// Verify checks a signature over data.
func (p Public) Verify(_ context.Context, data, sig []byte) error {
	ok := false
	switch key := p.key.(type) {
	case ed25519.PublicKey:
		ok = ed25519.Verify(key, data, sig)
	case *ecdsa.PublicKey:
		sum := sha256.Sum256(data)
		ok = ecdsa.VerifyASN1(key, sum[:], sig)
	}
	if !ok {
		return errMismatch
	}
	return nil
}

// KeyID is the fingerprint, as the envelope library asks for it.
func (p Public) KeyID() (string, error) { return p.ID, nil }

// Signer signs with a private key that may be anywhere: in a file, an agent, hardware.
type Signer struct {
	Public
	private crypto.Signer
}

// NewSigner takes any signer of a known kind of key.
func NewSigner(private crypto.Signer) (Signer, error) {
	public, err := PublicOf(private.Public())
	return Signer{public, private}, err
}

// Sign signs data: Ed25519 signs the message itself, ECDSA its SHA-256.
func (s Signer) Sign(_ context.Context, data []byte) ([]byte, error) {
	if _, ok := s.key.(ed25519.PublicKey); ok {
		return s.private.Sign(rand.Reader, data, crypto.Hash(0))
	}
	sum := sha256.Sum256(data)
	return s.private.Sign(rand.Reader, sum[:], crypto.SHA256)
}
