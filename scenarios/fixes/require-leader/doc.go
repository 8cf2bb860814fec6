// Package requireleader is a write on a member that has no leader, which hangs until its deadline.
//
// # Defect
//
// A record is written under the context of its caller, and the member that the client talks to has lost its leader: it is
// on the wrong side of a partition. The call neither succeeds nor fails. See before.go.
//
// # Cause
//
// A member without a leader takes a write all the same, and waits for a leader to propose it to (raft's node.run takes
// no proposals until there is a leader). It gives up after 5 s and two election time-outs, which is nearly always
// beyond the caller's deadline; and etcd's client then sends the write again, because it takes that for the end of one
// attempt. What the member has known from the first moment, it was not asked. Nor is a time-out a failure: should a
// leader come back just then, the write that waited is proposed and committed after all (see ambiguous-put).
//
// # Repair
//
// clientv3.WithRequireLeader puts the metadata "hasleader: true" on the request, and nothing else: it sets no deadline and
// cancels nothing. A member without a leader then refuses it before anything is proposed, with ErrNoLeader and in a
// millisecond or two (server/etcdserver/api/v3rpc/interceptor.go), and etcd's client does not repeat a write. See after.go.
//
// It does not repair the write, which is not kept for it. What is won is the caller's time, in which it can ask another
// member, put the record aside, or say so to its own caller. Nor does it do as much for other calls:
//
//   - A linearizable Get is refused as well, but ErrNoLeader is Unavailable, for which the client repeats reads up to 100
//     times: it fails after about 2.6 s.
//   - A serializable Get, which a member could answer without a leader, is refused too. Leave it off there.
//   - A watch that is open is only cancelled after three checks, an election time-out apart.
//   - A write that was sent before the member has noticed is proposed to a leader that is not there, and hangs as before.
//
// # Cost
//
// A failure for which the caller needs an answer. Where the leader is back within the deadline, a write that waited
// succeeds, and one that was refused has failed: a client that requires a leader has to try again. But a client that
// just tries again at once has turned a few calls that wait into a storm of calls that fail.
//
// # What the article says
//
// That WithRequireLeader cancels contexts when the leader is lost, and sets a time-out of 5 s. It does neither; where the
// 5 s come from is said above. The field says to use it: etcd#8660 and etcd#8673 are about clients that stay with a member
// on the wrong side.
//
// # What a user sees
//
// Calls that take exactly as long as their time-out, all of them on one member, and a pool of workers that wait in them.
package requireleader
