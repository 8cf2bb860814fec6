// Package watchlease is a watch and a lease that share a context, so that the end of the one is the end of the other.
//
// # Defect
//
// A service watches its configuration, with WithRequireLeader so that it hears when its member has lost the leader, and
// renews the lease of its entry in the registry. Both run under one context. When the watch reports ErrNoLeader, its handler
// cancels that context, for all that was begun for this watch is to begin anew. See before.go.
//
// # Cause
//
// KeepAlive ends with its context: its channel closes within milliseconds, and a TTL later the entry is gone. Nothing was
// wrong with the lease. The leader on the other side of the partition knows it, the client library would have asked for its
// renewal every 500 ms, and an isolation that is shorter than the TTL costs no lease anything. Grant and Put are not hurt:
// they were through long before.
//
// # Repair
//
// A context for each: the watch's is the handler's to cancel, the lease's ends when the service does. See isolated in
// after.go. The lease also needs a supervisor that enters again when it is lost all the same: that is
// keepalive-supervisor.
//
// # Cost
//
// One more context, and renewals that are sent through the loss as well.
//
// # What the article says
//
// That a watch and a lease which share a context lose the lease, which is true of KeepAlive and not of Grant. Its own
// correct code isolates the context of the Grant, and then never calls KeepAlive: it loses the entry without any
// fault, a TTL after it began. See article in after.go, which is compared with the same before.
//
// It also says that this context's time-out, 30 s, is to be well above the TTL, so that no renewal is ended early.
// Where the context is that of KeepAlive, no renewal is, and there are none after 30 s: the entry is gone a TTL
// later. See bounded in after.go, which watch-lease-bounded compares with the repair, in trials that last for so
// long.
//
// # What a user sees
//
// Services that drop out of the registry some seconds after a short leader failure, all of them together, while etcd is well
// again and they are too.
package watchlease
