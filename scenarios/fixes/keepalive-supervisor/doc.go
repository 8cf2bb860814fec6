// Package keepalivesupervisor is an entry in a registry whose lease was lost, and that is never entered again.
//
// # Defect
//
// A service takes a lease, puts its entry under it, and calls KeepAlive. Code that ranges over the channel, or does not
// even look at it, takes it to be open for ever. See before.go.
//
// # Cause
//
// "KeepAlive attempts to keep the given lease alive forever", says its documentation, and the attempts end: the channel
// closes when no renewal was acknowledged for a TTL, as behind a partition that lasts longer, or when a member tells
// that the lease has expired. etcd has then deleted the key, and does not know that the service wants it back. The
// client library knows the lease and not what was put under it, so it cannot help (etcd-io/etcd#15922).
//
// # Repair
//
// Supervise it: when the channel closes, take a new lease and put the entry again, with a pause that grows from attempt to
// attempt and a time limit on each. See after.go.
//
// # Cost
//
// A loop. An attempt that was given up may have been granted all the same: a lease that no client knows, gone after its
// TTL. Where thousands of services lose their leases together, the pauses should be random as well.
//
// # What the article says
//
// Nothing; it warns of leases that are lost, and stops there.
//
// # What a user sees
//
// A service that is up, answers its health checks, and gets no requests, since a network failure that is long over. A
// restart helps.
package keepalivesupervisor
