package cluster

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
)

// Allowed is a host beyond this machine that may be dialled, with the addresses that it had when it was looked up. It
// is looked up once, so that a name cannot lead elsewhere later.
type Allowed struct {
	Host      string       `json:"host"`           // a name or an address, as it was given
	Port      uint16       `json:"port,omitempty"` // 0 allows all
	Addresses []netip.Addr `json:"addresses"`
}

// String is the host as --allow-host takes it.
func (a Allowed) String() string {
	if a.Port == 0 {
		return a.Host
	}
	if strings.Contains(a.Host, ":") {
		return fmt.Sprintf("[%s]:%d", a.Host, a.Port)
	}
	return fmt.Sprintf("%s:%d", a.Host, a.Port)
}

// ParseAllowed reads HOST or HOST:PORT: a name, an IPv4 address, or an IPv6 address, which stands in brackets before a
// port. Addresses of a name are for the caller to look up.
func ParseAllowed(text string) (a Allowed, err error) {
	const allowed = "(allowed: a name or an IP address, alone or with a port, such as etcd-1.example:2379 or " +
		"[2001:db8::7]:2379)"
	refuse := func(why string) (Allowed, error) { return Allowed{}, fmt.Errorf("%q %s %s", text, why, allowed) }
	host := text
	if address, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		host = address.String()
	} else if at := strings.LastIndexByte(text, ':'); at >= 0 {
		var port string
		host, port = strings.Trim(text[:at], "[]"), text[at+1:]
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 || strings.HasPrefix(port, "0") {
			return refuse("has no port from 1 to 65535")
		}
		a.Port = uint16(n)
	}
	if address, err := netip.ParseAddr(host); err == nil {
		address = address.Unmap()
		if address.IsUnspecified() || address.IsMulticast() || address == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
			return refuse("is no address of one machine")
		}
		a.Host, a.Addresses = address.String(), []netip.Addr{address}
		return a, nil
	}
	if !isName(host) {
		return refuse("is neither a name nor an address")
	}
	a.Host = strings.ToLower(host)
	return a, nil
}

// isName tells whether a text can be a host's name.
func isName(text string) bool {
	if len(text) > 253 {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(text, "."), ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool {
				return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
			}) {
			return false
		}
	}
	return strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) // 127.1 is a name, and 7 is not
}

// reaches tells whether an address may be dialled: it is of this machine, or allowed.
func (c ExternalConfig) reaches(a netip.AddrPort) bool {
	here := c.here
	if here == nil {
		here = netip.Addr.IsLoopback
	}
	return here(a.Addr().Unmap()) || slices.ContainsFunc(c.Allowed, func(by Allowed) bool {
		return (by.Port == 0 || by.Port == a.Port()) && slices.Contains(by.Addresses, a.Addr().Unmap())
	})
}

// checkAdvertised refuses a member that tells clients an address which was not allowed. Where no host is, the endpoints
// may be ends of tunnels, behind which members have addresses of their own.
func (c ExternalConfig) checkAdvertised(m *etcdserverpb.Member) error {
	if len(c.Allowed) == 0 || m.IsLearner {
		return nil
	}
	var errs []error
	for _, text := range m.ClientURLs {
		u, err := url.Parse(text)
		if err != nil || !c.knows(u) {
			errs = append(errs, fmt.Errorf("member %s tells clients to dial %q, which was not allowed: allow it with "+
				"--allow-host %s", m.Name, text, hostOf(u)))
		}
	}
	return errors.Join(errs...)
}

func hostOf(u *url.URL) string {
	if u == nil {
		return "HOST:PORT"
	}
	return u.Host
}

// knows tells whether a URL leads to this machine or to an allowed host, by its address or by its name.
func (c ExternalConfig) knows(u *url.URL) bool {
	port, _ := strconv.ParseUint(u.Port(), 10, 16)
	if address, err := netip.ParseAddr(u.Hostname()); err == nil {
		return c.reaches(netip.AddrPortFrom(address, uint16(port)))
	}
	name := strings.ToLower(u.Hostname())
	return name == "localhost" || slices.ContainsFunc(c.Allowed, func(a Allowed) bool {
		return a.Host == name && (a.Port == 0 || a.Port == uint16(port))
	})
}
