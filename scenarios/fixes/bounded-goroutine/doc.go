// Package boundedgoroutine is a goroutine that is started with each tick, and that nothing ends.
//
// # Defect
//
// With each batch the service looks up something in a dependency. So that the batch need not wait, and so that the lookup
// outlives the request, it runs in a goroutine under context.Background(). See before.go.
//
// # Cause
//
// A dependency that answers is asked again with each tick, and nobody notices. One that hangs keeps each goroutine that
// asked it: its stack, its timer, what it holds. Background has no deadline, and neither the service's end nor anything else
// ends it. What grows is the number of ticks since the dependency hung.
//
// # Repair
//
// One lookup at a time, since the second would only learn the same; under the request's values, without its cancellation
// and with a deadline of its own: context.WithTimeout(context.WithoutCancel(ctx), patience). See after.go.
//
// # Cost
//
// Ticks during a lookup get no lookup of their own: what they see is older by at most the deadline.
//
// # What the article says
//
// To start a goroutine with context.WithTimeout(context.Background(), 10 s). Half right: the time-out bounds each of them,
// and not how many there are; and Background loses the request's values, so that no trace and no log line finds its way.
//
// # What a user sees
//
// A number of goroutines that goes up and to the right, until the memory ends.
package boundedgoroutine
