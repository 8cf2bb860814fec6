package network

import (
	"fmt"
	"net/netip"
)

// loopback reads an address to forward to. It refuses all but loopback addresses: a mistyped address must not let
// bytes leave the machine by way of a fault injector.
func loopback(address string) (netip.AddrPort, error) {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !a.Addr().Unmap().IsLoopback() || a.Port() == 0 {
		return netip.AddrPort{}, fmt.Errorf(
			"cannot forward to %q (allowed: an IP address in 127.0.0.0/8 or ::1, and a port, such as 127.0.0.1:2380)", address)
	}
	return a, nil
}
