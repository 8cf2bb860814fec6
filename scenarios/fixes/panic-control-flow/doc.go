// Package paniccontrolflow is a panic that is meant as "stop", and a recover that is meant as "go on".
//
// # Defect
//
// A helper panics when the shared context is cancelled, and the code that fills the map recovers, key by key, so that
// one bad key does not take the others with it. See before.go.
//
// # Cause
//
// A panic is made for what must not happen. It allocates, unwinds the stack frame by frame and runs what is deferred:
// about a microsecond, against some tens of nanoseconds for the assignment. As long as the context is live this costs
// nothing; once it is cancelled, each key of each batch panics. And recovering goes on from wherever it was: a batch in
// whose middle the context is cancelled is half built, the keys before it with values and those after it without. That
// is handed on.
//
// # Repair
//
// Ask once, before anything is built; build into a map that no other goroutine sees; hand it on by one swap, and only
// when it is complete. See after.go.
//
// # Cost
//
// A cancellation in mid-batch is noticed with the next batch.
//
// # What the article says
//
// That the context panics inside of the runtime's mapassign, and that an assignment is indivisible under a panic. Contexts
// never panic; the panic is in the application's own code. One assignment is indivisible indeed, because its right-hand
// side runs first. A batch of them is not, and that is the harm.
//
// # What a user sees
//
// Batches whose values are partly from before an outage and partly marked as stale; a service that is slowest when it has
// the least to do.
package paniccontrolflow
