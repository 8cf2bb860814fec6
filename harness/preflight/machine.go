package preflight

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Writable makes a folder in base and a file in it, writes to it, and leaves nothing. The error names base.
func Writable(base string) (err error) {
	folder, err := os.MkdirTemp(base, ".aftershock-probe-")
	if err != nil {
		return fmt.Errorf("%s cannot be written to: %w", base, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := os.WriteFile(filepath.Join(folder, "probe"), make([]byte, 4096), 0o600); err != nil {
		return fmt.Errorf("%s cannot be written to: %w", base, err)
	}
	return nil
}

// loopbackPatience is long for a connection within a machine, however busy it is.
const loopbackPatience = 5 * time.Second

// Loopback connects to itself over a loopback address and back, as members, links and clients do.
func Loopback(host string) error {
	return loopback(host, net.Listen, (&net.Dialer{Timeout: loopbackPatience}).Dial)
}

func loopback(host string, listen func(network, address string) (net.Listener, error),
	dial func(network, address string) (net.Conn, error),
) error {
	const remedy = "bring the interface up (ip link set lo up), or let a firewall pass it"
	l, err := listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return fmt.Errorf("loopback: nothing can listen on %s: %w: %s", host, err, remedy)
	}
	defer l.Close()
	c, err := dial("tcp", l.Addr().String()) // the kernel completes it without an Accept
	if err != nil {
		return fmt.Errorf("loopback: %s does not answer: %w: %s", host, err, remedy)
	}
	return c.Close()
}
