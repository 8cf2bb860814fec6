// Package precheck is the article's middleware: one look at the context in front of the work, and then the work.
//
// # Defect
//
// A middleware asks ctx.Err() before it lets a handler fill a map. The check has passed, so the middleware reports success,
// and the map into which the handler has written is handed on. See before.go.
//
// # Cause
//
// A check is about the moment at which it was made. A handler that is worth its name looks at the context too, and stops in
// the middle when it ends; what it has put in until then stays in the map, which is not its own. The longer a batch takes to
// build, the more often its context ends in between: the check passes, and half a batch goes out. A second check only moves
// the race.
//
// # Repair
//
// Fill a map that no other goroutine has, and hand it on when it is complete, by one swap. A build that stopped leaves
// nothing: it gives an error, and no map. See after.go, and the package scenarios/precheck, which does this, imports
// the standard library alone and is meant to be copied. It compares the deadline with the clock as well, because
// ctx.Err() is nil for a moment after the deadline, until the timer was served. The context of this comparison has no
// deadline; the package's own tests show that half.
//
// # Cost
//
// What was built until the context ended was built in vain, and the batch is given up: readers keep the complete
// one that was handed on last, and it is as old as it is. The counter batches_given_up has them; before it has only
// those whose check had failed. How old the last one becomes is the figure gap, and with a cluster age_p50.
//
// # What the article says
//
// That a middleware which asks ctx.Err() first keeps cancelled contexts out of the map writes. The idea is right, and
// saves building what no caller waits for. The article's sample has no context to ask, though, and the check alone is a
// race.
//
// # What a user sees
//
// Batches that lack series, a few at each loss of a leader, from a service whose every batch has passed its check. This
// collector refuses to hand on a batch that is not complete, and so loses it; one without that check would serve it.
package precheck
