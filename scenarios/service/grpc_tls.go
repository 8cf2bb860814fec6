package service

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// CheckAddress refuses an address of calls that could leave this machine. It is host:port, with https:// before it for
// one over TLS.
func (g *GRPC) CheckAddress() error {
	address := strings.TrimPrefix(g.Address, HTTPS)
	if CheckURL("http://"+address) != nil || strings.Contains(address, "/") {
		return fmt.Errorf("%q is no port of this machine (such as 127.0.0.1:{port}, over TLS https://127.0.0.1:{port})",
			g.Address)
	}
	return nil
}

// secured is where calls go, and how. Over TLS a first connection finds out whether there can be any: a call would only
// say that there is none, and without reflection the first of them is one that counts.
func (g *GRPC) secured(ctx context.Context, port int, t Target) (string, credentials.TransportCredentials, error) {
	address, over := strings.CutPrefix(strings.ReplaceAll(g.Address, portWord, strconv.Itoa(port)), HTTPS)
	if !over {
		return address, insecure.NewCredentials(), nil
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return "", nil, err
	}
	config := &tls.Config{
		RootCAs: t.trusted(), ServerName: host, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"},
	}
	if err := shakeHands(ctx, address, config); err != nil {
		return "", nil, fmt.Errorf("grpc: no connection over TLS to %s: %w", address, err)
	}
	return address, credentials.NewTLS(config), nil
}

// noneOfOurs ends the error of package tls where a server has none of the client's protocols (alert 120 of RFC 7301),
// which is of no type of its own.
const noneOfOurs = "tls: no application protocol"

// shakeHands connects once. Its error says what the user can do.
func shakeHands(ctx context.Context, address string, config *tls.Config) error {
	conn, err := dialTCP(ctx, address)
	if err != nil {
		return err
	}
	defer conn.Close()
	over := tls.Client(conn, config)
	err = over.HandshakeContext(ctx)
	var stranger x509.UnknownAuthorityError
	var elsewhere x509.HostnameError
	var plain tls.RecordHeaderError
	const noHTTP2 = "the server does not speak HTTP/2 there, which gRPC needs (h2 among the protocols of its TLS, ALPN)"
	switch {
	case err != nil && strings.HasSuffix(err.Error(), noneOfOurs):
		return fmt.Errorf("%w: %s", err, noHTTP2)
	case err == nil && over.ConnectionState().NegotiatedProtocol == "":
		return errors.New(noHTTP2)
	case errors.As(err, &stranger):
		return fmt.Errorf("%w (ca has to name the authority of its certificate)", err)
	case errors.As(err, &elsewhere):
		return fmt.Errorf("%w (its certificate has to be for %s)", err, config.ServerName)
	case errors.As(err, &plain):
		return fmt.Errorf("%w (a server without TLS needs address: %s)", err, address)
	}
	return err
}
