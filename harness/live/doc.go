// Package live is the one stream of a run's events: all that a person or a program sees of a run while it goes on is
// drawn from it.
//
// A Stream looks at the run and is told of its trials, and makes events of that. A State is what the events so far add
// up to. Views take both, one after the other, in the goroutine that makes the event. A Hub is a view for readers that
// may be slow: each has a queue of its own with an end, and one whose queue is full is dropped. The run waits for none.
package live
