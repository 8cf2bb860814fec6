package service

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"aftershock/internal/regular"
)

// HTTPS begins the URLs for which a target needs the authorities that vouch for it.
const HTTPS = "https://"

// AuthoritiesOf reads the certificates of a PEM file, and nothing else that stands there.
func AuthoritiesOf(file string) (string, error) {
	text, err := regular.Read(file)
	if err != nil {
		return "", err
	}
	var all []byte
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes})...)
	}
	if len(all) == 0 {
		return "", fmt.Errorf("%s holds no certificate in PEM", file)
	}
	return string(all), nil
}

// trusted are the authorities that vouch for a target; none other do.
func (t Target) trusted() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(t.CA))
	return pool
}
