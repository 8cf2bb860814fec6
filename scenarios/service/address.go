package service

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// portWord stands in URLs and commands for the port that the program is given.
const portWord = "{port}"

// CheckURL refuses a URL of a request or of a readiness check that could leave this machine: its host has to be an
// address of 127.0.0.0/8, written out, and not be made by a template.
func CheckURL(text string) error {
	const want = `such as http://127.0.0.1:{port}/path`
	rest, ok := strings.CutPrefix(text, "http://")
	if !ok {
		rest, ok = strings.CutPrefix(text, HTTPS)
	}
	if !ok {
		return fmt.Errorf("%q does not begin with http:// or https:// (%s)", text, want)
	}
	host, _, _ := strings.Cut(rest, "/")
	name, port, ok := strings.Cut(host, ":")
	switch address, err := netip.ParseAddr(name); {
	case !ok:
		return fmt.Errorf("%q names no port (%s)", text, want)
	case err != nil || !address.Is4() || !address.IsLoopback():
		return fmt.Errorf("%q is not on this machine: only addresses of 127.0.0.0/8 are driven (%s)", text, want)
	case port != portWord && !isPort(port):
		return fmt.Errorf("%q has no port that could be one (%s)", text, want)
	}
	return nil
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

// CheckPath refuses a URL whose path cannot be one once its template is filled in.
func CheckPath(text string) error {
	w, err := compile(text)
	if err != nil {
		return err
	}
	filled, err := w.fill(operation{})
	if err != nil {
		return err
	}
	_, err = url.Parse(strings.ReplaceAll(filled, portWord, "1"))
	return err
}

// dialHere connects to this machine alone, whatever a URL says.
func dialHere(ctx context.Context, network, address string) (net.Conn, error) {
	host, err := netip.ParseAddrPort(address)
	if err != nil || !host.Addr().IsLoopback() {
		return nil, fmt.Errorf("%s is not on this machine", address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// freePort finds a port that is free on all addresses of this machine. Another process may take it before the program
// does; the program then says so.
func freePort() (int, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	address, ok := listener.Addr().(*net.TCPAddr)
	if err := listener.Close(); err != nil || !ok {
		return 0, errors.Join(errors.New("find a free port"), err)
	}
	return address.Port, nil
}
