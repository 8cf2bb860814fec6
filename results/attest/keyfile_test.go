package attest_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/results/attest"
)

func passphrase(text string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(text), nil }
}

// What keygen writes is read again, by its owner alone, and signs.
func TestKeysAreWrittenAndRead(t *testing.T) {
	for _, secret := range []string{"", "correct horse"} {
		file := filepath.Join(t.TempDir(), "key")
		public, err := attest.WriteKeys(file, []byte(secret))
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		private, err := attest.ReadPrivate(file, passphrase(secret))
		if err != nil {
			t.Fatal(err)
		}
		again, err := attest.ReadPublic(attest.PublicFile(file))
		if err != nil || again.ID != public.ID || private.ID != public.ID {
			t.Errorf("%v", err)
		}
		believed, err := attest.TrustAll([]string{"x"}, []attest.Public{again})
		if err == nil {
			_, err = believed.Check(t.Context(), enveloped(t, private), noon)
		}
		if err != nil {
			t.Error(err)
		}
		before, _ := os.ReadFile(file)
		_, err = attest.WriteKeys(file, nil)
		if after, _ := os.ReadFile(file); !errors.Is(err, attest.Exists) || !bytes.Equal(before, after) {
			t.Errorf("%v", err)
		}
	}
}

// A fingerprint can be made with other tools: openssl pkey -pubin -outform DER | sha256sum.
func TestFingerprint(t *testing.T) {
	s := signer(t, 1)
	block, _ := pem.Decode(attest.PublicText(s.Public))
	sum := sha256.Sum256(block.Bytes)
	if s.ID != hex.EncodeToString(sum[:]) {
		t.Error(s.ID)
	}
}

// Half a pair is no use: where the public key's name is taken, no private key is left.
func TestAPairIsWrittenWholeOrNotAtAll(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(attest.PublicFile(file), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := attest.WriteKeys(file, nil); !errors.Is(err, attest.Exists) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a private key was left")
	}
}

// No error shows what is secret.
func TestKeyFilesThatAreRefused(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "key")
	if _, err := attest.WriteKeys(file, []byte("correct horse")); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile(attest.PublicFile(file))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text   []byte
		mode   os.FileMode
		unlock func() ([]byte, error)
		kind   attest.Kind
		want   string
	}{
		"loose":            {whole, 0o640, passphrase("correct horse"), attest.LooseKey, "chmod 600 "},
		"wrong passphrase": {whole, 0o600, passphrase("wrong"), attest.Locked, "the passphrase is wrong"},
		"no passphrase":    {whole, 0o600, nil, attest.Locked, "there is no passphrase"},
		"no PEM":           {[]byte("secret horse"), 0o600, nil, attest.NoKey, "is no PEM file with a PRIVATE KEY"},
		"public":           {public, 0o600, nil, attest.NoKey, "holds a PUBLIC KEY"},
		"two":              {append(bytes.Clone(whole), whole...), 0o600, nil, attest.NoKey, "more than one key"},
		"broken": {pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret horse")}), 0o600, nil,
			attest.NoKey, "no private key in PKCS #8"},
	} {
		path := filepath.Join(folder, "case")
		if err := errors.Join(os.WriteFile(path, c.text, c.mode), os.Chmod(path, c.mode)); err != nil {
			t.Fatal(err)
		}
		_, err := attest.ReadPrivate(path, c.unlock)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "horse") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := attest.ReadPublic(file); !errors.Is(err, attest.NoKey) {
		t.Errorf("%v", err)
	}
}

func TestKindsOfKeys(t *testing.T) {
	_, err := attest.PublicOf(elliptical(t, elliptic.P384()).Public())
	if err == nil || !strings.Contains(err.Error(), "over P-384 (allowed: P-256)") {
		t.Errorf("%v", err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := attest.NewSigner(key); err == nil || !strings.Contains(err.Error(), "*rsa.PublicKey") {
		t.Errorf("%v", err)
	}
}

func FuzzParsePublic(f *testing.F) {
	f.Add(string(attest.PublicText(signer(f, 1).Public)))
	f.Fuzz(func(t *testing.T, text string) {
		p, err := attest.ParsePublic("x", []byte(text))
		if err != nil {
			return
		}
		again, err := attest.ParsePublic("x", attest.PublicText(p))
		if err != nil || again.ID != p.ID {
			t.Errorf("%q: %v", text, err)
		}
	})
}
