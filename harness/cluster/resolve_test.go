package cluster

import (
	"context"
	"net"
	"testing"
)

func TestPeersHaveAddressesOfTheirOwn(t *testing.T) {
	before := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = before })
	resolvePeers()
	seen := map[string]string{}
	for _, name := range []string{"n1.peer", "n2.peer", "n10.peer", "n1.peer"} {
		found, err := net.DefaultResolver.LookupIPAddr(context.Background(), name)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", name, found, err)
		}
		address := found[0].IP
		if !address.IsPrivate() || address.IsLoopback() {
			t.Errorf("%s is at %v", name, address)
		}
		if other, ok := seen[address.String()]; ok && other != name {
			t.Errorf("%s and %s are both at %v", name, other, address)
		}
		seen[address.String()] = name
	}
	if len(seen) != 3 {
		t.Errorf("three names, %d addresses", len(seen))
	}
}
