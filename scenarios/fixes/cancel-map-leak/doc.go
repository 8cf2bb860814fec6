// Package cancelmapleak is a map of cancel funcs from which nothing is ever taken.
//
// # Defect
//
// So that requests can be cancelled from elsewhere, their cancel funcs are kept in a map. A request that has been
// answered needs no cancelling, and so its entry is forgotten. See before.go.
//
// # Cause
//
// A context that can be cancelled is held twice: by the map, and by its parent, which has it among its children until it is
// cancelled. Neither lets go of a request that is over. With a parent that is Background, and without a timer, the parent
// holds nothing, and only the map leaks; with one that can be cancelled, cancelling it visits each child that ever was.
//
// # Repair
//
// The code that ends a request takes its entry out and calls it. See after.go.
//
// # Cost
//
// One delete and one call a request, under the lock that Begin takes anyway.
//
// # What the article says
//
// That such a map leaks, which is true, and that staticcheck's SA1027 finds it, which is not: SA1027 is about the alignment
// of 64-bit atomics. No check of vet or staticcheck finds it.
//
// # What a user sees
//
// Memory that grows with the number of requests ever made, and a shutdown that takes longer each week.
package cancelmapleak
