// Package doneleak is a goroutine that waits for a Done that will never be closed.
//
// # Defect
//
// Each request has a goroutine that cleans up after it: it waits for the request's context to end. The request is answered,
// its entry is taken out, and its cancel func, which was in the entry, is never called. See before.go.
//
// # Cause
//
// Done closes when the context is cancelled, when its deadline passes, or when its parent ends. Without a deadline, and
// with a parent that lives as long as the process, only the cancel func is left, and it has just been thrown away.
//
// # Repair
//
// The code that ends the request always calls its cancel func: cancelling says "it is over", and not "it failed". See
// after.go.
//
// # Cost
//
// None. A cancel func that is called twice does nothing the second time.
//
// # What the article says
//
// That a forgotten cancel leaks the waiter, which is true, and that one close of Done wakes all waiters, which is true.
// Vet's lostcancel finds a cancel func that is dropped in the function which made it, and not one that was put into a map.
//
// # What a user sees
//
// A goroutine a request, all of them in the same line of a dump.
package doneleak
