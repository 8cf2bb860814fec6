// Package droppedproposal is a write that raft has refused, and whose error goes to the caller as it came.
//
// # Defect
//
// Leadership moves from one member to another, and a write comes just then. It fails in a millisecond, with most of its
// deadline left, and the caller is told of it. See before.go.
//
// # Cause
//
// A leader that is handing over takes no proposals (raft.ErrProposalDropped). etcd has no error of its own for it: it
// reaches the client as codes.Unknown, "raft proposal dropped", with which no table of codes can do anything, and which
// etcd's client does not repeat. It does not repeat a write for any other error of a connection that stands either, and
// rightly: it cannot know whether the write may be repeated. The caller can, and does not say so.
//
// # Repair
//
// Classify. What was refused before it was proposed ("raft proposal dropped", ErrNoLeader, ErrTooManyRequests) can be
// written again without risk. What may have been committed (every other Unavailable: ErrTimeout and its kin,
// ErrStopped, a broken transport) can be written again only because the write is one that may be repeated: it creates
// the record unless it is there (records.Create: a transaction that compares CreateRevision with 0). All else is
// final and goes to the caller, ErrNoSpace among it: that may have been committed too, but until an operator has made
// space every attempt to find out is refused, even the transaction that would find the record there. See after.go.
//
// # Cost
//
// A sentence to compare with, since there is no code: should raft change it, the write fails as before. And a failure that
// is really one is told later, at the deadline at most.
//
// It does not repair a proposal that a follower has forwarded to a leader which drops it. The follower is not told: the
// write hangs until its deadline, in both arms. That is the defect of per-try-deadline. In a storm of transfers it ends
// many writes as well, among them a few that had been refused before and were written again.
//
// # What the article says
//
// Nothing. The field knows it well: kubernetes#112152, etcd#12020.
//
// # What a user sees
//
// A few errors "rpc error: code = Unknown desc = raft proposal dropped" with each rolling restart, and a ticket for each.
package droppedproposal
