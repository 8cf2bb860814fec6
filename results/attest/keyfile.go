package attest

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"

	"aftershock/internal/regular"
	"aftershock/internal/shell"

	"github.com/secure-systems-lab/go-securesystemslib/encrypted"
)

// The PEM blocks of key files. The encrypted one is what sigstore's tools write and read as well: PKCS #8 in a
// secretbox whose key scrypt makes of the passphrase.
//
// https://github.com/sigstore/sigstore/blob/main/pkg/cryptoutils/privatekey.go
const (
	privateBlock   = "PRIVATE KEY"
	encryptedBlock = "ENCRYPTED SIGSTORE PRIVATE KEY"
	publicBlock    = "PUBLIC KEY"
)

// PublicFile is the name of the public key beside a private one.
func PublicFile(private string) string { return private + ".pub" }

// WriteKeys makes an Ed25519 key pair: the private key in a file of mode 0600, encrypted if there is a passphrase, and
// the public one beside it. It overwrites nothing (Exists).
func WriteKeys(file string, passphrase []byte) (Public, error) {
	key, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Public{}, err
	}
	public, err := PublicOf(key)
	if err != nil {
		return Public{}, err
	}
	block, err := sealed(private, passphrase)
	if err != nil {
		return Public{}, err
	}
	if err := writeNew(file, block, 0o600); err != nil {
		return Public{}, err
	}
	err = writeNew(PublicFile(file), &pem.Block{Type: publicBlock, Bytes: public.DER}, 0o644)
	if err != nil {
		err = errors.Join(err, os.Remove(file)) // half a pair is no use, and would stand in the next one's way
	}
	return public, err
}

// sealed is a private key as its file has it.
func sealed(private crypto.PrivateKey, passphrase []byte) (*pem.Block, error) {
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil || len(passphrase) == 0 {
		return &pem.Block{Type: privateBlock, Bytes: der}, err
	}
	box, err := encrypted.EncryptWithCustomKDFParameters(der, passphrase, encrypted.OWASP)
	return &pem.Block{Type: encryptedBlock, Bytes: box}, err
}

// writeNew writes a file that must not be there yet, syncs it, and leaves none when that fails.
func writeNew(path string, block *pem.Block, mode fs.FileMode) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return refuse(Exists, path, "is there already, and a key is never overwritten: choose another name, or move "+
			"it away")
	}
	if err != nil {
		return err
	}
	err = errors.Join(pem.Encode(file, block), file.Sync(), file.Close())
	if err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// ReadPrivate reads a private key's file, which no one but its owner may read (LooseKey). Of an encrypted one it asks
// for the passphrase; unlock may be nil. No error quotes what was read.
func ReadPrivate(path string, unlock func() ([]byte, error)) (Signer, error) {
	text, err := readTight(path)
	if err != nil {
		return Signer{}, err
	}
	block, err := onlyBlock(path, text, privateBlock, encryptedBlock)
	if err != nil {
		return Signer{}, err
	}
	der := block.Bytes
	if block.Type == encryptedBlock {
		if der, err = unlocked(path, der, unlock); err != nil {
			return Signer{}, err
		}
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	private, ok := key.(crypto.Signer)
	if err != nil || !ok {
		return Signer{}, &Refusal{NoKey, path, "holds no private key in PKCS #8"}
	}
	s, err := NewSigner(private)
	if err != nil {
		return Signer{}, &Refusal{NoKey, path, "holds " + err.Error()}
	}
	return s, nil
}

// readTight reads a file that its owner alone may read.
func readTight(path string) ([]byte, error) {
	if err := Tight(path); err != nil {
		return nil, err
	}
	return regular.Read(path)
}

// Tight refuses a file with a secret that others than its owner may read or change.
func Tight(path string) error {
	file, err := regular.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return refuse(LooseKey, path, "has mode %#o, so others than you can read the secret in it: %s", mode,
			shell.Join("chmod", "600", path))
	}
	return nil
}

func unlocked(path string, box []byte, unlock func() ([]byte, error)) ([]byte, error) {
	if unlock == nil {
		return nil, &Refusal{Locked, path, "is encrypted, and there is no passphrase"}
	}
	passphrase, err := unlock()
	if err != nil {
		return nil, err
	}
	der, err := encrypted.Decrypt(box, passphrase)
	if err != nil {
		return nil, &Refusal{Locked, path, "cannot be decrypted: the passphrase is wrong, or the file is damaged"}
	}
	return der, nil
}

// ReadPublic reads a public key's file.
func ReadPublic(path string) (Public, error) {
	text, err := regular.Read(path)
	if err != nil {
		return Public{}, err
	}
	return ParsePublic(path, text)
}

// ParsePublic reads the text of a public key's file; path is its name, for the errors.
func ParsePublic(path string, text []byte) (Public, error) {
	block, err := onlyBlock(path, text, publicBlock)
	if err != nil {
		return Public{}, err
	}
	p, err := parsePublic(block.Bytes)
	if err != nil {
		return Public{}, &Refusal{NoKey, path, "holds no public key that can be used: " + err.Error()}
	}
	return p, nil
}

// PublicText is a public key's file.
func PublicText(p Public) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: p.DER})
}

// onlyBlock is the one PEM block of a file. It never shows what the block holds.
func onlyBlock(path string, text []byte, allowed ...string) (*pem.Block, error) {
	block, rest := pem.Decode(text)
	if block == nil {
		return nil, refuse(NoKey, path, "is no PEM file with a %s", allowed[0])
	}
	for _, kind := range allowed {
		if block.Type == kind {
			if len(rest) > 0 {
				return nil, &Refusal{NoKey, path, "holds more than one key"}
			}
			return block, nil
		}
	}
	return nil, refuse(NoKey, path, "holds a %s (allowed: %q)", block.Type, allowed)
}
