// Package boundedgoroutine is a goroutine that is started with each tick, and that only a long time-out ends.
//
// # Defect
//
// With each batch the service looks up something in a dependency. So that the batch need not wait, and so that the lookup
// outlives the request, it runs in a goroutine under context.WithTimeout(context.Background(), 10 s). See before.go.
//
// # Cause
//
// A dependency that answers is asked again with each tick, and nobody notices. One that hangs keeps each goroutine that
// asked it for as long as it may wait: its stack, its timer, what it holds. The time-out bounds each of them, and not how many
// there are: with 1000 ticks a second they are 10,000 before the first one ends, and stay as many. Nothing asks whether a
// lookup is under way already.
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
// To start a goroutine with context.WithTimeout(context.Background(), 10 s), which is the arm before. It does detach the
// work, and bounds each of them, but not how many there are; and Background loses the request's values, so that no trace and
// no log line finds its way.
//
// # What a user sees
//
// A number of goroutines that goes up and to the right, for the time-out's length or until the memory ends.
package boundedgoroutine
