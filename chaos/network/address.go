package network

import (
	"fmt"
	"net/netip"
)

// Allowed tells of an address beyond this machine whether it may be forwarded to. Nil allows none.
type Allowed func(netip.AddrPort) bool

// loopback reads an address to forward to. It refuses all but loopback addresses: a mistyped address must not let
// bytes leave the machine by way of a fault injector.
func loopback(address string) (netip.AddrPort, error) { return Allowed(nil).read(address) }

// read reads an address of this machine, or one that is allowed.
func (allowed Allowed) read(address string) (netip.AddrPort, error) {
	a, err := netip.ParseAddrPort(address)
	if err != nil || a.Port() == 0 || !a.Addr().Unmap().IsLoopback() && (allowed == nil || !allowed(a)) {
		return netip.AddrPort{}, fmt.Errorf(
			"cannot forward to %q (allowed: an IP address in 127.0.0.0/8 or ::1, and a port, such as "+
				"127.0.0.1:2380)", address)
	}
	return a, nil
}
