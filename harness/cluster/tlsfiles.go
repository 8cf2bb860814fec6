package cluster

import (
	"crypto/tls"
	"strings"

	"go.etcd.io/etcd/client/pkg/v3/transport"
)

// TLSFiles are the paths of a holder's certificate and key, and of the authority that it trusts. The files themselves
// lie below the data root, and nowhere else.
type TLSFiles struct {
	Cert      string `json:"cert"`
	Key       string `json:"key"`
	Authority string `json:"authority"`
	// ServerName is whom the other's certificate has to be for, where that is not the address that is dialled; else "".
	ServerName string `json:"server_name,omitempty"`
}

// Config is what a client dials with; nil, which is plain text, of no files.
//
// Certificate and key are read anew at each handshake, as etcd itself does (TLSInfo.baseConfig in
// client/pkg/v3/transport/listener.go), so that one that was replaced is shown from the next connection on. The authority
// is read once only, by etcd too.
func (f *TLSFiles) Config() (*tls.Config, error) {
	if f == nil {
		return nil, nil
	}
	return f.info().ClientConfig()
}

// info is what etcd listens and dials with: who does not show a certificate of the authority is refused.
func (f *TLSFiles) info() transport.TLSInfo {
	return transport.TLSInfo{CertFile: f.Cert, KeyFile: f.Key, TrustedCAFile: f.Authority, ClientCertAuth: true, ServerName: f.ServerName}
}

// scheme is that of the members' URLs.
func (c Config) scheme() string {
	if c.TLS {
		return "https"
	}
	return "http"
}

// equip gives the clients and the administrator what they authenticate themselves with.
func (a *authority) equip(p *pins, c *control) (err error) {
	p.authority = a
	c.tls, err = a.files(administrator).Config()
	return err
}

// secure gives a member its certificate, and a door of its own to its metrics, host:port: who scrapes them has none.
func (m *memberConfig) secure(a *authority, metrics string) (err error) {
	if a == nil {
		return nil
	}
	m.MetricsURL = "http://" + metrics
	var addresses []string
	for _, listens := range []string{m.ClientURL, m.PeerURL} {
		_, address, _ := strings.Cut(listens, "://")
		addresses = append(addresses, address)
	}
	m.TLS, err = a.issueMember(m.Name, addresses...)
	return err
}
