// Package timeoutperkey is a time-out of its own for each value that goes into a map.
//
// # Defect
//
// The author has read that everything needs a deadline, and derives one with context.WithTimeout for each series of a
// batch. See before.go.
//
// # Cause
//
// A context with a deadline is an allocation, a timer in the runtime's heap, and an entry in its parent's set of children,
// under the parent's lock: and all three again to take it away. An assignment to a map takes some tens of nanoseconds, so
// the guard costs many times what it guards. Builders that share a parent meet at its lock.
//
// # Repair
//
// One deadline for the batch. See after.go.
//
// # Cost
//
// A key that takes too long takes the time of those after it. Where each key is a request of its own, it deserves a
// deadline of its own, and a request is slow enough not to feel it.
//
// # What the article says
//
// That WithRequireLeader brings a default time-out of 5 s into each request. It does not: it brings none. The
// nearest real one is the server's, 5 s and two election time-outs. That deadlines in the inner loop cost something
// is this project's claim, and not the article's.
//
// # What a user sees
//
// A profile of timers, locks and garbage, where there should be one of maps.
package timeoutperkey
