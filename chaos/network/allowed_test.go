package network

import (
	"net/netip"
	"strings"
	"testing"
)

// A client's link leads beyond this machine only to what was allowed. Nothing is dialled before a client connects.
func TestALinkLeadsWhereItIsAllowed(t *testing.T) {
	far := netip.MustParseAddrPort("192.0.2.7:2379")
	link, err := ListenClientWithin(func(a netip.AddrPort) bool { return a == far }, "collector", "n1", far.String())
	if err != nil {
		t.Fatal(err)
	}
	defer link.Close()
	if err := link.SetAddress("192.0.2.8:2379"); err == nil || !strings.Contains(err.Error(), "cannot forward to") {
		t.Errorf("another one: %v", err)
	}
	if err := link.SetAddress("127.0.0.1:2379"); err != nil {
		t.Error(err)
	}
	if _, err := ListenClient("collector", "n1", far.String()); err == nil {
		t.Error("it leads beyond this machine")
	}
}
