package cluster

import (
	"fmt"
	"math/rand/v2"
	"net"
)

// freeAddresses finds n distinct addresses on loopback without a listener.
//
// etcd needs its ports before it listens, so they are picked and released, and another process could take one in
// between. A random host in 127.0.0.0/8 makes that unlikely: outgoing connections use 127.0.0.1 as their source, so
// ephemeral ports cannot collide; a boot that meets "address already in use" all the same is tried again.
func freeAddresses(n int) (addresses []string, err error) {
	// Not from the run's seed: two runs with one seed may well be started side by side.
	host := fmt.Sprintf("127.%d.%d.%d", 16+rand.IntN(224), rand.IntN(256), 1+rand.IntN(254))
	// All listeners stay open until the last port is found, or one port could be given twice.
	listeners := make([]net.Listener, 0, n)
	defer func() {
		for _, l := range listeners {
			_ = l.Close()
		}
	}()
	for range n {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			return nil, fmt.Errorf("find a free port on loopback: %w", err)
		}
		listeners = append(listeners, l)
		addresses = append(addresses, l.Addr().String())
	}
	return addresses, nil
}
