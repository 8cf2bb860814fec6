// Package retryamplification is one read that becomes a hundred, because the client repeats what the caller never sees fail.
//
// # Defect
//
// A read is made for a request with a deadline, by a client with the defaults. See before.go.
//
// # Cause
//
// etcd's client repeats a read that failed with Unavailable up to 100 times, 25 ms apart (client/v3 options.go and
// retry_interceptor.go). On a member that has no leader each attempt is refused within a millisecond, so that one read asks
// 40 times a second until its deadline has passed. All requests do so together, and a cluster in trouble gets many times the
// load that it has on a good day. Each attempt that fails is also a line at Warn in the client's log, which is JSON on stderr
// unless a service gives it another logger. The default logger keeps 100 of the same a second, and one in 100 of the rest; a
// service's own may keep them all.
//
// # Repair
//
// A few attempts, the time between them doubled from one to the next and randomised, so that clients do not come back in
// step; the last one shortly before the deadline, so that a leader that comes back late is not missed. The client's own
// repeats are turned off (MaxUnaryRetries, which exists since etcd-io/etcd#13344 asked for it: 1 is one attempt, and 0 would
// be the default again). The client's log keeps one line of a kind a second. See after.go.
//
// # Cost
//
// A read that waits longer also notices later that the leader is back: by half of its last wait on average, where the default
// takes 12 ms. The caller gets the member's own error instead of a deadline that has passed, and must expect it.
//
// # What the article says
//
// Nothing. That the client repeats is seen in its log only, and often for the first time in an incident.
//
// # What a user sees
//
// A log full of "retrying of unary invoker failed", members whose requests have multiplied while clients send no more
// than before, and reads that fail after 2.6 s, whatever deadline they had beyond that.
package retryamplification
