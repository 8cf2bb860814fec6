// Package boundedgoroutine is a goroutine that is started with each tick, and that nothing but its time-out ends.
//
// # Defect
//
// With each batch the service looks up something in a dependency. So that the batch need not wait, and so that the lookup
// outlives the request, it runs in a goroutine under context.WithTimeout(context.Background(), 10 s). See before.go.
//
// # Cause
//
// A dependency that answers is asked again with each tick, and no harm shows. One that hangs keeps each goroutine that
// asked it for as long as it may wait: its stack, its timer, what it holds. The time-out bounds each of them, and not
// how many there are: with 1000 ticks a second they are 10,000 before the first one ends, and stay as many. Nothing
// asks whether a lookup is under way already.
//
// # Repair
//
// One lookup at a time, since the second would only learn the same. The time-out is the article's in both arms: a
// shorter one makes fewer goroutines as well, a hundredth of them for a hundredth of the time, and bounds them no
// better. See after.go.
//
// # Cost
//
// Ticks during a lookup get no lookup of their own: what they see is older by at most the time-out, 10 s.
//
// # What the article says
//
// To start a goroutine with context.WithTimeout(context.Background(), 10 s), which is the arm before. It does detach the
// work, and bounds how long each of them lives, but not how many there are. And Background loses the request's
// values, so that no trace and no log line finds its way; context.WithTimeout(context.WithoutCancel(ctx), 10 s)
// keeps them. That is in neither arm: it changes no figure.
//
// # What a user sees
//
// A number of goroutines that goes up and to the right, for the time-out's length or until the memory ends.
package boundedgoroutine
