package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// How long the name of an endpoint may take to be resolved, and an address to be tried.
const (
	resolvePatience = 5 * time.Second
	dialPatience    = time.Second
)

// resolver finds the addresses of a name.
type resolver func(ctx context.Context, network, host string) ([]netip.Addr, error)

// resolveNames replaces each endpoint's name by its address, once for all trials, and says so: the address of a name
// may change during a run. A name that leads to another machine is refused.
func (f *externalFlags) resolveNames(ctx context.Context, look resolver, stderr io.Writer) error {
	var errs []error
	for i, text := range f.endpoints {
		u, err := url.Parse(text)
		if err != nil || u.User != nil || u.Hostname() == "" || u.Port() == "" {
			continue // which the check of endpoints refuses
		}
		if _, err := netip.ParseAddr(u.Hostname()); err == nil {
			continue
		}
		host := u.Hostname()
		address, err := onThisMachine(ctx, look, host, u.Port())
		if err != nil {
			errs = append(errs, fmt.Errorf("endpoint %q: %w", text, err))
			continue
		}
		u.Host = address.String()
		f.endpoints[i] = u.String()
		fmt.Fprintf(stderr, "endpoint %s: %s is on this machine, and is reached at %s throughout\n", text, host, u.Host)
	}
	return errors.Join(errs...)
}

// onThisMachine is the address that a name leads to: of several the one that answers, or else the first.
func onThisMachine(ctx context.Context, look resolver, host, port string) (netip.AddrPort, error) {
	ctx, cancel := context.WithTimeout(ctx, resolvePatience)
	defer cancel()
	found, err := look(ctx, "ip", host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%s has no address: %w; give the address itself, such as 127.0.0.1", host, err)
	}
	var addresses []netip.AddrPort
	var all []string
	elsewhere := len(found) == 0
	for _, a := range found {
		all = append(all, a.Unmap().String())
		elsewhere = elsewhere || !a.Unmap().IsLoopback()
		address, err := netip.ParseAddrPort(net.JoinHostPort(a.Unmap().String(), port))
		if err != nil {
			return netip.AddrPort{}, fmt.Errorf("%q is not a port", port)
		}
		addresses = append(addresses, address)
	}
	if elsewhere {
		return netip.AddrPort{}, fmt.Errorf("%s is at %s, and load and faults only ever hit loopback addresses; "+
			"bring a remote member here with ssh -L or kubectl port-forward, and name its end here", host, strings.Join(all, ", "))
	}
	for _, address := range addresses {
		dialer := net.Dialer{Timeout: dialPatience}
		if connection, err := dialer.DialContext(ctx, "tcp", address.String()); err == nil {
			connection.Close()
			return address, nil
		}
	}
	return addresses[0], nil
}
