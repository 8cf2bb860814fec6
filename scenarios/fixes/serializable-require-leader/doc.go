// Package serializablerequireleader is a read that needs no leader, and asks for one.
//
// # Defect
//
// Configuration is looked up for every request, with WithSerializable, so that whichever member is asked answers from what
// it has. The context is the one that all calls of the service are made under: it went through WithRequireLeader, once and
// for all. See before.go.
//
// # Cause
//
// A serializable read is answered from the member's own store, and no quorum is asked. WithRequireLeader adds a header
// by which a member that knows of no leader refuses the call before it looks at what the call wants
// (api/v3rpc/interceptor.go). So the one kind of read that survives the loss of the leader fails with it. Nor does it
// fail fast: ErrNoLeader is Unavailable, which etcd's client repeats up to 100 times, 25 ms apart. Each attempt is a
// warning in the client's log; the caller is told nothing, and sees its own deadline pass.
//
// # Repair
//
// Leave WithRequireLeader out where a read is serializable. It belongs to watches, which would stay open and silent
// otherwise, and to what needs a quorum. See after.go.
//
// # Cost
//
// The answer is as old as the partition: a member that was cut off for an hour answers with what was true an hour ago, and
// nothing in the response says so. That is what serializable means, with a leader too: then it is milliseconds. The counter
// lookups_stale counts the answers that were more than two seconds old, and its rise is the price. Where old answers do harm
// the read has to be linearizable, and the service has to live with errors while there is no leader.
//
// # What the article says
//
// Nothing; it takes WithRequireLeader for something that every call should have. That members refuse every unary call with
// this header is how it was meant (etcd-io/etcd#5324, #9872).
//
// # What a user sees
//
// Requests that only read configuration run into their time-outs in a partition, although the member that they are connected
// to is healthy and has the answer.
package serializablerequireleader
