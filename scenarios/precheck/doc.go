// Package precheck fills Go maps under a context, so that readers see complete ones only. It imports nothing but the
// standard library, and is meant to be copied.
//
// The usual precheck is one line in front of the work:
//
//	if err := ctx.Err(); err != nil {
//		return err
//	}
//
// It is the right idea, and falls short three times.
//
// It is a race. The context may be cancelled right after the check has passed. Work that looks at its context as well
// stops in the middle then, and what it has written into a shared map stays there, half of it. Checking again does not
// close the race, it only moves it. [Build] does: no other goroutine has the map until it is complete, so it does not
// matter when the context ends.
//
// It is late. A deadline is kept by a timer, and for a moment after the deadline, until the timer was served, ctx.Err() is
// still nil. [Err] compares the deadline with the clock as well.
//
// It is tempting to repeat for each key. On a live context that costs little. On a cancelled one, Go 1.26 receives from a
// closed channel in each call (golang/go#80914), and so the loop is slowest when there is nothing left to do; and reading the
// clock for a deadline takes longer than putting a key in. [Every] asks once every so many keys, and never again once the
// answer was no. BenchmarkFill compares them.
//
// What stays is what a precheck is for: not to begin, and not to go on for long, when no caller waits for the result.
package precheck
