package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"

	"aftershock/chaos"
	"aftershock/chaos/network"
)

// Reissue writes a new certificate for a member or for client.<name>, and gives its serial.
func (c *Processes) Reissue(holder string, life chaos.Life) (serial string, err error) {
	return c.authority.reissue(holder, life)
}

// Serial shakes hands with a member as the administrator, past all links, and gives the serial of what it shows.
func (c *Processes) Serial(ctx context.Context, member string, side chaos.Side) (string, error) {
	c.mu.Lock()
	m, ok := c.members[member]
	c.mu.Unlock()
	if !ok {
		return "", fmt.Errorf("serial of member %s: no such member", member)
	}
	_, address, _ := strings.Cut(m.config.ClientURL, "://")
	host, _, err := net.SplitHostPort(address)
	if side == chaos.Peers {
		address, host = m.peerAddress, network.PeerHost(member)
	}
	if err != nil {
		return "", err
	}
	serial, err := shakeHands(ctx, address, host, c.authority.files(administrator))
	if err != nil {
		return serial, fmt.Errorf("serial that member %s shows its %s: %w", member, side, err)
	}
	return serial, nil
}

// Handshake shakes hands over a client's link, with the client's certificate.
func (c *Processes) Handshake(ctx context.Context, client string) error {
	link, err := c.ClientLink(client)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(link.Addr())
	if err != nil {
		return err
	}
	if _, err := shakeHands(ctx, link.Addr(), host, c.ClientTLS(client)); err != nil {
		return fmt.Errorf("handshake of client %s with %s: %w", client, link.Up, err)
	}
	return nil
}

// shakeHands makes a connection and closes it again. It returns the serial of the other side's certificate, also when
// that could not be trusted.
//
// It speaks TLS 1.2, in which the other side has judged our certificate by the end of the handshake. In 1.3 our side
// finishes before it has, and a refusal would only show in the answer to a request.
func shakeHands(ctx context.Context, address, host string, files *TLSFiles) (serial string, err error) {
	if files == nil {
		return "", errNoTLS
	}
	config, err := files.Config()
	if err != nil {
		return "", err
	}
	config.ServerName, config.MaxVersion = host, tls.VersionTLS12
	dialer := tls.Dialer{Config: config}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	var unverified *tls.CertificateVerificationError
	if errors.As(err, &unverified) {
		return serialOf(unverified.UnverifiedCertificates[0]), err
	}
	if err != nil {
		return "", err
	}
	defer connection.Close()
	return serialOf(connection.(*tls.Conn).ConnectionState().PeerCertificates[0]), nil
}
