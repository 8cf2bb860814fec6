package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/internal/nearest"
)

// authority is a cluster's own certificate authority (RFC 5280): it issues what members, clients and the administrator
// show each other. Its key stays in memory; what it issues lies below the data root, readable by no other user, and
// goes with it. Without TLS it is nil, and issues nothing.
//
// Keys and serials come from the system's randomness and not from the run's seed, which any reader of the results can
// see.
type authority struct {
	dir         string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey

	mu      sync.Mutex
	holders map[string]holder
}

const (
	authorityFolder = "tls"           // of the data root
	administrator   = "administrator" // the holder as which the harness itself talks to members
	clientPrefix    = "client."       // of the holder that a client of the plan is, as in the words for targets
)

// newAuthority makes an authority, and a certificate for the administrator.
func newAuthority(config Config) (*authority, error) {
	if !config.TLS {
		return nil, nil
	}
	a := &authority{dir: filepath.Join(config.DataRoot, authorityFolder), holders: map[string]holder{}}
	err := os.MkdirAll(a.dir, 0o700)
	if err == nil {
		err = a.establish()
	}
	if err == nil {
		_, err = a.issue(administrator)
	}
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	return a, nil
}

// establish makes the authority's own certificate. At both ends it outlasts all that it issues.
func (a *authority) establish() (err error) {
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return err
	}
	now := time.Now()
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "aftershock authority"},
		NotBefore: now.Add(-3 * validFor), NotAfter: now.Add(3 * validFor),
		KeyUsage: x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key)
	if err != nil {
		return err
	}
	if a.certificate, err = x509.ParseCertificate(der); err != nil {
		return err
	}
	return replacePEM(a.trusted(), "CERTIFICATE", der)
}

// trusted is the file with the authority's own certificate.
func (a *authority) trusted() string { return filepath.Join(a.dir, "authority.crt") }

// issueMember issues what a member shows to its clients and its peers, whichever side dials. It is valid for the
// member's name and address in the peer network; for the addresses, host:port, on which it listens; and for
// 127.0.0.1. That is the address of client links, and the address from which etcd sees its peers dial (checkCertSAN
// in transport/listener_tls.go). A member that comes back after it was removed gets a new key as well.
func (a *authority) issueMember(member string, addresses ...string) (*TLSFiles, error) {
	hosts := []string{network.PeerHost(member), network.PeerAddress(member).String(), "127.0.0.1"}
	for _, address := range addresses {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, fmt.Errorf("certificate of member %s: %w", member, err)
		}
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return a.issue(member, hosts...)
}

// issueClient issues the certificate of a client of the plan. A client that has one keeps it.
func (a *authority) issueClient(client string) (*TLSFiles, error) {
	if files := a.files(clientPrefix + client); files != nil {
		return files, nil
	}
	return a.issue(clientPrefix + client)
}

func (a *authority) issue(name string, hosts ...string) (*TLSFiles, error) {
	if a == nil {
		return nil, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	h, err := newHolder(hosts, TLSFiles{
		Cert: filepath.Join(a.dir, name+".crt"), Key: filepath.Join(a.dir, name+".key"), Authority: a.trusted(),
	})
	if err == nil {
		_, err = h.certify(a, name, chaos.Valid)
	}
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", name, err)
	}
	a.holders[name] = h
	return &h.files, nil
}

// files are those of a holder of a certificate; nil for all others.
func (a *authority) files(name string) *TLSFiles {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if h, ok := a.holders[name]; ok {
		return &h.files
	}
	return nil
}

// reissue replaces a holder's certificate by a new one, and returns the new one's serial.
func (a *authority) reissue(name string, life chaos.Life) (serial string, err error) {
	if a == nil {
		return "", errNoTLS
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	h, ok := a.holders[name]
	if !ok {
		return "", nearest.Unknown("holder of a certificate", name, slices.Sorted(maps.Keys(a.holders)))
	}
	if serial, err = h.certify(a, name, life); err != nil {
		return "", fmt.Errorf("reissue the certificate of %s: %w", name, err)
	}
	return serial, nil
}

var errNoTLS = errors.New("there are no certificates: the cluster was set up without tls")
