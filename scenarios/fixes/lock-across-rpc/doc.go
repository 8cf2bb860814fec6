// Package lockacrossrpc is a mutex that is held while a request is on its way to etcd.
//
// # Defect
//
// The board on which the newest batch hangs has a lock. The publisher takes it, writes the batch to etcd, and lets it
// go; the builder that hands on a new batch takes the same lock. See before.go.
//
// # Cause
//
// With a healthy leader the lock is held for a few milliseconds ten times a second: P99 shows it, the median does not.
// A Put on a member without a leader is retried silently until its deadline, so the lock is held for as long as the
// publisher is patient, and the whole service stands still with it: one slow dependency has slowed down all the others.
//
// # Repair
//
// Take the batch under the lock, let go, and send. See after.go.
//
// # Cost
//
// The batch that is being sent must not be filled again meanwhile, so the service needs one more of them.
//
// # What the article says
//
// Nothing; it speaks of a throughput that halves while the leader changes. This is one of the two defects that really
// do that.
//
// # What a user sees
//
// Latency in steps of the publisher's time-out, in handlers that never talk to etcd.
package lockacrossrpc
