// Package orphanlease is a lease that is not wanted any more, and that the client library renews for ever.
//
// # Defect
//
// A service keeps its lease alive with WithRequireLeader, so that it learns at once when its member has lost the leader: the
// channel closes. It then takes a new lease, puts its entry under that one, and keeps it alive under the same context, which
// is the service's and does not end. See before.go.
//
// # Cause
//
// The channel is closed, but the client library does not forget the lease: it is still in its table, with no channel, until the
// context that was given to KeepAlive ends. As soon as there is a leader again it renews it with the rest. And because the time
// of the next renewal is only written down where a response is handed to a channel, it asks again in every round: twice a
// second instead of once in a third of the TTL (client/v3/lease.go, closeRequireLeader and recvKeepAlive;
// etcd-io/etcd#22094 and #22081).
//
// # Repair
//
// A context of its own for each lease, cancelled when its channel has closed: then the library forgets it, and the lease
// expires. See after.go.
//
// # Cost
//
// A context for each lease, and the old lease stays for what is left of its TTL. A service that cannot wait for that
// revokes it as well, within a time limit, and only once the entry is under the new lease: before, the old one would
// take it along. Revoke alone is a repair too, for the library forgets a lease that it is told has expired; but it is a
// request, which may fail like any other, and then the lease is renewed for ever all the same.
//
// # What the article says
//
// Nothing.
//
// # What a user sees
//
// Leases that grow in number with every leader failure, and whose number falls when services restart; renewals that grow with
// them; and, where keys were left under an old lease, entries of what is long gone.
package orphanlease
