// Package ambiguousput is a write whose time-out is taken for a failure.
//
// # Defect
//
// A record is appended to etcd, each attempt with a time-out of its own. After a time-out it is appended again, under the
// next key; after the third, the caller is told that it is not kept. See before.go.
//
// # Cause
//
// A time-out says nothing about the write, only that no answer has come. Where the answer is late and not the request,
// every attempt is committed: the record is there three times, and its caller believes that it is not there at all. The
// same holds of a transport that breaks, and of ErrTimeout, ErrTimeoutDueToLeaderFail, ErrTimeoutDueToConnectionLost and
// ErrStopped: all of them are sent by a member that has proposed the write and cannot know. And it holds of ErrNoSpace, with
// which a write is refused after it was applied where several come at a time.
//
// etcd's own client knows this, and repeats a write only where it never had a connection (client/v3/retry.go, "write at
// most once"). The loop around it does not.
//
// # Repair
//
// The record's own ID is its key: a token, by which a second attempt is recognised as the same. The write is a transaction
// that puts it if it is not there yet, so that it can be repeated without harm; and if it is there, the transaction says so,
// which is the answer that was lost. The second attempt has all the time that is left: one as short as the first would
// meet the same delay. See after.go, whose create is a copy of records.Create: here it is the repair.
//
// # Cost
//
// A comparison a write, and a caller that has to have an ID before it writes. The keys are in the order of the IDs and
// no longer in that of the appends. At the end of the deadline the outcome may still be open, and then the caller is
// told of a failure as before. A caller that comes back with the same ID finds out.
//
// # What the article says
//
// That a write may be committed although it has timed out, which is true, and nothing of how to live with it. It also says
// that "defer cancel()" interrupts a Put, which it does not: Put returns when it is over.
//
// # What a user sees
//
// A bill with the same position three times, for an order that was reported as failed.
package ambiguousput
