package network

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"aftershock/internal/nearest"
)

// PeerNetwork is the network between the members of one cluster: a SOCKS5 proxy (RFC 1928) that learns from the user
// name who dials (RFC 1929) and from the host name whom.
//
// Start a member with HTTP_PROXY and HTTPS_PROXY set to its ProxyURL and NO_PROXY empty, and let it advertise its
// PeerURL, or its PeerAddressURL. The name need not resolve, and must not be a loopback address:
// http.ProxyFromEnvironment goes past the proxy for those.
type PeerNetwork struct {
	acceptor  *acceptor
	handshake time.Duration
	refusals  refusals

	mu      sync.Mutex
	members map[string]netip.AddrPort
	links   map[direction]*Link
}

type direction struct{ from, to string }

// PeerPort is the port that all members' peer names carry, whatever port a member really listens on.
const PeerPort = 2380

const (
	peerDomain       = ".peer"
	handshakeTimeout = 10 * time.Second
)

// PeerHost is the name by which members dial a member, such as n2.peer.
func PeerHost(member string) string { return member + peerDomain }

// PeerURL is what a member advertises, such as http://n2.peer:2380. The scheme is http or https.
func PeerURL(scheme, member string) string {
	return fmt.Sprintf("%s://%s:%d", scheme, PeerHost(member), PeerPort)
}

// PeerAddress is an address by which members dial a member as well, for a server that cannot resolve PeerHost and wants
// to: a joiner compares the addresses of all peer URLs. It lies in the block that everyone discards (RFC 6666).
func PeerAddress(member string) netip.Addr {
	digest := sha256.Sum256([]byte(member))
	address := discarded.Addr().As16()
	copy(address[discarded.Bits()/8:], digest[:])
	return netip.AddrFrom16(address)
}

var discarded = netip.MustParsePrefix("100::/64")

// PeerAddressURL is what such a member advertises, such as http://[100::3f6a:8f1a:7d2c:41b3]:2380.
func PeerAddressURL(scheme, member string) string {
	return fmt.Sprintf("%s://%s", scheme, netip.AddrPortFrom(PeerAddress(member), PeerPort))
}

// Listen starts a network of members, given by name and by the loopback address that they really listen on for peers.
//
// An empty address says that a member does not listen yet, and dials to it are refused. New members of etcd are best
// added like that until they log "serving peer traffic": each first asks all others whether the cluster exists
// (isMemberBootstrapped in server/v3/etcdserver/cluster_util.go), and when they all have bound their ports and none
// serves yet, each waits one second for each other one.
func Listen(members map[string]string) (*PeerNetwork, error) {
	return listen(members, handshakeTimeout)
}

func listen(members map[string]string, handshake time.Duration) (*PeerNetwork, error) {
	n := &PeerNetwork{handshake: handshake, members: map[string]netip.AddrPort{}, links: map[direction]*Link{}}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if err := n.AddMember(name, members[name]); err != nil {
			return nil, err
		}
	}
	a, err := newAcceptor()
	if err != nil {
		return nil, err
	}
	n.acceptor = a
	a.start(n.serve)
	return n, nil
}

// Addr is the address of the proxy.
func (n *PeerNetwork) Addr() string { return n.acceptor.address() }

// ProxyURL is the proxy as one member has to use it, such as socks5://n1:x@127.0.0.1:40123.
func (n *PeerNetwork) ProxyURL(member string) string {
	u := url.URL{Scheme: "socks5", User: url.UserPassword(member, "x"), Host: n.Addr()}
	return u.String()
}

// Close resets all connections and returns when nothing of the network is left. It may be called again.
func (n *PeerNetwork) Close() { n.acceptor.close() }

// Refused returns the first 64 refusals, and how many there were in all. A healthy run has none.
func (n *PeerNetwork) Refused() (first []Refusal, total int) { return n.refusals.list() }

// AddMember adds a member and its links from and to all others. Names are host name labels of lower-case letters,
// digits and hyphens, and new; addresses are loopback ones, or empty while the member does not listen.
func (n *PeerNetwork) AddMember(member, address string) error {
	if err := checkName(member); err != nil {
		return err
	}
	a, err := peerAddress(member, address)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, ok := n.members[member]; ok {
		return fmt.Errorf("member %s exists already; SetAddress moves it", member)
	}
	for other := range n.members {
		n.links[direction{member, other}] = newLink(member, other)
		n.links[direction{other, member}] = newLink(other, member)
	}
	n.members[member] = a
	return nil
}

func peerAddress(member, address string) (netip.AddrPort, error) {
	if address == "" {
		return netip.AddrPort{}, nil
	}
	a, err := loopback(address)
	if err != nil {
		return a, fmt.Errorf("member %s: %w", member, err)
	}
	return a, nil
}

func checkName(member string) error {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
	if member == "" || len(member) > 63 || strings.Trim(member, letters) != "" || strings.Trim(member, "-") != member {
		return fmt.Errorf("member name %q (allowed: 1 to 63 lower-case letters, digits and inner hyphens)", member)
	}
	return nil
}

// SetAddress says where a member listens from now on, for example after a restart; an empty address: nowhere. Links and
// cuts stay as they are, and so do open connections.
func (n *PeerNetwork) SetAddress(member, address string) error {
	a, err := peerAddress(member, address)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.known(member); err != nil {
		return err
	}
	n.members[member] = a
	return nil
}

// Link is the direction from one member to another.
func (n *PeerNetwork) Link(from, to string) (*Link, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.link(from, to)
}

// link and known are called with the lock held.
func (n *PeerNetwork) link(from, to string) (*Link, error) {
	if err := errors.Join(n.known(from), n.known(to)); err != nil {
		return nil, err
	}
	if from == to {
		return nil, fmt.Errorf("member %s has no link to itself", from)
	}
	return n.links[direction{from, to}], nil
}

func (n *PeerNetwork) known(member string) error {
	if _, ok := n.members[member]; !ok {
		return nearest.Unknown("member", member, slices.Sorted(maps.Keys(n.members)))
	}
	return nil
}
