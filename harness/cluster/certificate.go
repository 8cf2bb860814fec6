package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"time"

	"aftershock/chaos"
	"aftershock/internal/nearest"
)

// holder is a member, a client or the administrator with a certificate.
type holder struct {
	key   *ecdsa.PrivateKey
	hosts []string // the host names and addresses that it is valid for; none for a holder that only dials
	files TLSFiles
}

// newHolder makes a key and writes it down, once and for all: etcd reads a certificate and its key one after the other.
// If both files were replaced, it could read one before and the other after. A certificate that is renewed for the same
// key fits at any time.
func newHolder(hosts []string, files TLSFiles) (holder, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return holder{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return holder{}, err
	}
	return holder{key: key, hosts: hosts, files: files}, replacePEM(files.Key, "PRIVATE KEY", der)
}

// certify replaces the holder's certificate by a new one, and returns its serial in hexadecimal.
func (h holder) certify(a *authority, name string, life chaos.Life) (serial string, err error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if template.NotBefore, template.NotAfter, err = validity(life, time.Now()); err != nil {
		return "", err
	}
	if len(h.hosts) > 0 {
		template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	for _, host := range h.hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, h.key.Public(), a.key)
	if err != nil {
		return "", err
	}
	issued, err := x509.ParseCertificate(der)
	if err != nil {
		return "", err
	}
	return serialOf(issued), replacePEM(h.files.Cert, "CERTIFICATE", der)
}

func serialOf(c *x509.Certificate) string { return fmt.Sprintf("%x", c.SerialNumber) }

// validFor is how long every certificate is valid.
const validFor = 24 * time.Hour

// validity gives both ends of a certificate's life. An hour lies between now and the nearer one, so that neither is
// reached within a trial.
func validity(life chaos.Life, now time.Time) (from, to time.Time, err error) {
	switch life {
	case chaos.Valid:
		from = now.Add(-time.Hour)
	case chaos.Expired:
		from = now.Add(-time.Hour - validFor)
	default:
		return from, to, nearest.Unknown("life", string(life), []string{string(chaos.Valid), string(chaos.Expired)})
	}
	return from, from.Add(validFor), nil
}

// replacePEM replaces a file in one step: a reader sees all of the old file or all of the new one.
func replacePEM(name, kind string, der []byte) error {
	next := name + ".next"
	if err := os.WriteFile(next, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		return err
	}
	return os.Rename(next, name)
}
