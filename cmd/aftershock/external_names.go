package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// How long the name of an endpoint may take to be resolved, and an address to be tried.
const (
	resolvePatience = 5 * time.Second
	dialPatience    = time.Second
)

// resolver finds the addresses of a name.
type resolver func(ctx context.Context, network, host string) ([]netip.Addr, error)

// resolveNames looks up what is allowed, and replaces each endpoint's name by its address, once for all trials, and
// says so: the address of a name may change during a run. A name that leads to another machine has to be allowed.
func (f *externalFlags) resolveNames(ctx context.Context, look resolver, stderr io.Writer) error {
	if err := f.allow(ctx, look, stderr); err != nil {
		return err
	}
	f.named = slices.Clone(f.endpoints)
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
		address, allowed, err := f.addressOf(ctx, look, host, u.Port())
		if err != nil {
			errs = append(errs, fmt.Errorf("endpoint %q: %w", text, err))
			continue
		}
		u.Host = address.String()
		f.endpoints[i] = u.String()
		if allowed {
			f.names[u.Host] = host
			fmt.Fprintf(stderr, "endpoint %s: %s is allowed, and is reached at %s throughout\n", text, host, u.Host)
			continue
		}
		f.named[i] = f.endpoints[i]
		fmt.Fprintf(stderr, "endpoint %s: %s is on this machine, and is reached at %s throughout\n", text, host, u.Host)
	}
	return errors.Join(errs...)
}

// addressOf is the address that a name leads to, and whether it is that of an allowed host: of several the one that
// answers, or else the first.
func (f *externalFlags) addressOf(
	ctx context.Context, look resolver, host, port string,
) (at netip.AddrPort, allowed bool, err error) {
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return at, false, fmt.Errorf("%q is not a port", port)
	}
	if known := f.allowedAddresses(host, uint16(number)); len(known) > 0 {
		return answering(ctx, known, uint16(number)), true, nil
	}
	found, err := lookUp(ctx, look, host)
	if err != nil {
		return at, false, err
	}
	if elsewhere := func(a netip.Addr) bool { return !a.IsLoopback() }; slices.ContainsFunc(found, elsewhere) {
		return at, false, fmt.Errorf("%s is at %s, and load and faults only ever hit loopback addresses and what was "+
			"allowed; allow it with --allow-host %s, or bring a remote member here with ssh -L or kubectl "+
			"port-forward, and name its end here", host, listAddresses(found), net.JoinHostPort(host, port))
	}
	return answering(ctx, found, uint16(number)), false, nil
}

// answering is the first address that can be connected to; the first of all if none can.
func answering(ctx context.Context, all []netip.Addr, port uint16) netip.AddrPort {
	for _, a := range all {
		address := netip.AddrPortFrom(a, port)
		dialer := net.Dialer{Timeout: dialPatience}
		if connection, err := dialer.DialContext(ctx, "tcp", address.String()); err == nil {
			connection.Close()
			return address
		}
	}
	return netip.AddrPortFrom(all[0], port)
}
