package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"aftershock/harness"
	"aftershock/internal/regular"
)

// allow reads what --allow-host and --allow-hosts name, and looks up the addresses of names: once, and it says so.
func (f *externalFlags) allow(ctx context.Context, look resolver, stderr io.Writer) error {
	var errs []error
	for _, text := range f.hosts {
		a, err := harness.ParseAllowed(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("--allow-host: %w", err))
			continue
		}
		f.allowed = append(f.allowed, a)
	}
	if f.hostsFile != "" {
		text, err := regular.Read(f.hostsFile)
		if err != nil {
			return fmt.Errorf("--allow-hosts: %w", err)
		}
		listed, err := parseHosts(f.hostsFile, string(text))
		if err != nil {
			return fmt.Errorf("--allow-hosts: %w", err)
		}
		f.allowed = append(f.allowed, listed...)
	}
	for i := range f.allowed {
		a := &f.allowed[i]
		if len(a.Addresses) > 0 {
			continue
		}
		found, err := lookUp(ctx, look, a.Host)
		if err != nil {
			errs = append(errs, fmt.Errorf("allowed host %s: %w", a.Host, err))
			continue
		}
		a.Addresses = found
		fmt.Fprintf(stderr, "allowed: %s is at %s throughout\n", a, listAddresses(found))
	}
	return errors.Join(errs...)
}

// parseHosts reads a list of hosts, one a line; what follows a # is a comment. An error names file and line.
func parseHosts(name, text string) (all []harness.Allowed, err error) {
	var errs []error
	number := 0
	for line := range strings.Lines(text) {
		number++
		host, _, _ := strings.Cut(line, "#")
		if host = strings.TrimSpace(host); host == "" {
			continue
		}
		a, err := harness.ParseAllowed(host)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", name, number, err))
			continue
		}
		all = append(all, a)
	}
	if len(all)+len(errs) == 0 {
		errs = append(errs, fmt.Errorf("%s names no host", name))
	}
	return all, errors.Join(errs...)
}

// allowedAddresses are those of an endpoint's name that was allowed, on its port.
func (f *externalFlags) allowedAddresses(host string, port uint16) (all []netip.Addr) {
	for _, a := range f.allowed {
		if a.Host == strings.ToLower(host) && (a.Port == 0 || a.Port == port) {
			all = append(all, a.Addresses...)
		}
	}
	return slices.Compact(all)
}

// lookUp gives the addresses of a name.
func lookUp(ctx context.Context, look resolver, host string) (all []netip.Addr, err error) {
	ctx, cancel := context.WithTimeout(ctx, resolvePatience)
	defer cancel()
	found, err := look(ctx, "ip", host)
	if err == nil && len(found) == 0 {
		err = errors.New("no answer")
	}
	if err != nil {
		return nil, fmt.Errorf("%s has no address: %w; give the address itself, such as 127.0.0.1", host, err)
	}
	for _, a := range found {
		all = append(all, a.Unmap())
	}
	return all, nil
}

func listAddresses(all []netip.Addr) string {
	var texts []string
	for _, a := range all {
		texts = append(texts, a.String())
	}
	return strings.Join(texts, ", ")
}
