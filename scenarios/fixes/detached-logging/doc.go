// Package detachedlogging is a log that says everything, at the worst moment, with the context of a request that is over.
//
// # Defect
//
// When the cluster has lost its leader each batch logs each series that is stale: a line a series, with fields that the
// handler looks up in the request's context. See before.go.
//
// # Cause
//
// A line is formatted, taken through a lock that all builders share, and written by a system call: microseconds,
// against some tens of nanoseconds for the assignment that it is about. As long as all is well nothing is logged, so
// that the cost was never measured. Once the cluster is in trouble every batch logs thousands of lines: a storm, in
// which the log is the outage. A log that goes to io.Discard shows none of this, because slog and log do not even
// format for it.
//
// # Repair
//
// Report that batches are stale, and how large they are, at most once a second, detached from any one request. See
// after.go.
//
// # Cost
//
// Which series was stale in which batch is not in the log. It follows from the batch, which carries the marker.
//
// # What the article says
//
// To confirm the defect by a log in the hot function. That works as a fire is confirmed by petrol: it costs more than what
// it confirms. It also names log.WithContext, which neither log nor slog has.
//
// # What a user sees
//
// The service becomes slow when its dependency fails, and the disk fills.
package detachedlogging
