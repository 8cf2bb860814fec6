package chaos

import (
	"context"

	"aftershock/chaos/network"
	"aftershock/internal/clock"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Prefix begins every key that the harness, its faults and its workload write. What lies below it is ours and may be
// deleted; what lies outside of it belongs to others, and is neither read nor written.
const Prefix = "aftershock/"

// Target is what faults act upon: a cluster, seen through what can be done to it. Able tells beforehand what a runtime
// can do; calling what it cannot is an error.
type Target interface {
	Topology
	Observer
	Lifecycle
	Links
	Administrator
	Membership
	Versions
	Authority
	Able(Ability) error
}

// Ability is something that a runtime can or cannot do to its members.
type Ability string

// The abilities that faults need.
const (
	CanTransfer   Ability = "transfer leadership"
	CanCrash      Ability = "crash a member"
	CanStop       Ability = "stop a member gracefully"
	CanPause      Ability = "pause a member"
	CanIsolate    Ability = "cut a member off in both directions"
	CanCutOneWay  Ability = "cut one direction of a link"
	CanShapePeers Ability = "delay, throttle and reset links between members"
	CanCutClients Ability = "cut, delay and reset links between clients and members"
	CanAdminister Ability = "send requests as an administrator"
	CanFill       Ability = "fill the backends up to the quota"
	CanReshape    Ability = "add, promote and remove members"
	CanRestore    Ability = "restore members from a snapshot"
	CanSwitch     Ability = "start members with another etcd"
	CanReissue    Ability = "issue certificates"
)

// Topology resolves symbolic targets at the moment an event fires.
type Topology interface {
	// Members lists the member names in order: those that the cluster has now.
	Members() []string
	// Leader gives the leader that a majority follows, and false while there is none.
	Leader() (Leadership, bool)
	// Pinned gives the member to which a client is pinned.
	Pinned(client string) (string, bool)
	// Clients lists the pinned clients' names in order.
	Clients() []string
}

// Observer tells what the members themselves said.
type Observer interface {
	// Await returns the first observation after the given moment that matches, waiting for it if need be.
	Await(ctx context.Context, after clock.Nanos, match func(Observation) bool) (Observation, error)
}

// Lifecycle starts, stops and suspends members' processes.
type Lifecycle interface {
	// Crash ends a member with SIGKILL, and returns when its process was gone.
	Crash(ctx context.Context, member string) (clock.Nanos, error)
	// Stop lets a member end gracefully, which hands leadership over first, and returns when its process was gone.
	Stop(ctx context.Context, member string) (clock.Nanos, error)
	// Restart starts a member again from its data, and returns when it serves. It may be called for several members at
	// a time, and has to be when fewer than a majority are up.
	Restart(ctx context.Context, member string) error
	// Pause suspends a member with SIGSTOP: it keeps its connections and answers no request. Resume lets it go on.
	Pause(member string) error
	Resume(member string) error
}

// Links reaches the links between members, and between clients and members.
type Links interface {
	// Partition applies a grudge: to each member, the members that it does not hear. Heal releases all that was held.
	Partition(Grudge) (heal func(), err error)
	// PeerLink is the direction from one member to another.
	PeerLink(from, to string) (*network.Link, error)
	// ResetPeers resets every open connection between two members, whichever dialled it.
	ResetPeers(a, b string) (connections int, err error)
	// ClientLink is the link of a client to the member that it is pinned to.
	ClientLink(client string) (*network.ClientLink, error)
}

// Administrator talks to members as their administrator does: past all links.
type Administrator interface {
	// Transfer asks the present leader to hand over; while there is none, it is an ErrNoLeader.
	Transfer(ctx context.Context, to string) error
	// Admin gives a client that talks to one member only. It belongs to the cluster, and is not to be closed.
	Admin(member string) (*clientv3.Client, error)
}

// Membership changes who belongs to the cluster.
type Membership interface {
	// Add adds a member with an empty data folder and starts it; it returns when the member serves. The name may be
	// that of a member that was removed, which then comes back at its old addresses.
	Add(ctx context.Context, member string, learner bool) error
	// Promote makes a voter of a learner that has caught up.
	Promote(ctx context.Context, member string) error
	// Remove takes a member out of the cluster, ends its process and deletes its data.
	Remove(ctx context.Context, member string) error
	// Restore stops every member, gives each a data folder made from the snapshot file, and starts them again.
	Restore(ctx context.Context, snapshot string) error
}

// Versions changes which etcd members run.
type Versions interface {
	// Next is the version of the etcd to which members can be changed, such as 3.7.3.
	Next() (version string, err error)
	// Switch has a member run that etcd from its next start on.
	Switch(member string) error
}

// Authority issues the certificates of members and clients, and sees what becomes of them.
type Authority interface {
	// Reissue writes a new certificate for a holder, in place of the one it has, and gives the new one's serial in
	// hexadecimal. The holder is a member's name, or client.<name>. Members and clients read their files at each
	// handshake, and so show the new one from the next connection on.
	Reissue(holder string, life Life) (serial string, err error)
	// Serial makes a new connection to a member, past all links, and gives the serial of the certificate that the
	// member shows: to its peers or to its clients. One that cannot be trusted comes with an error of crypto/x509, such
	// as a CertificateInvalidError.
	Serial(ctx context.Context, member string, side Side) (string, error)
	// Handshake makes a new connection over a client's link with the client's certificate, and closes it. The error
	// says why one of them refused the other: when it was the member, only as a remote alert (RFC 8446, 6.2).
	Handshake(ctx context.Context, client string) error
}

// Life is how long a certificate is valid.
type Life string

// The lives.
const (
	Valid   Life = "valid"   // from an hour ago, for a day
	Expired Life = "expired" // until an hour ago
)

// Side is one of the two doors that a member has.
type Side string

// The sides.
const (
	Peers   Side = "peers"
	Clients Side = "clients"
)

// Grudge maps a member to the members whose bytes do not reach it (Jepsen's term, jepsen/nemesis.clj).
type Grudge map[string][]string

// Leadership is a term and who leads it.
type Leadership struct {
	Member string `json:"member"`
	Term   uint64 `json:"term"`
}
