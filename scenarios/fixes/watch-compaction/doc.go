// Package watchcompaction is a loop over a watch that takes its end for nothing.
//
// # Defect
//
// A goroutine lists a directory, and then ranges over a watch from the revision of that list on. What comes is handled,
// and when the channel is closed the goroutine ends. See before.go.
//
// # Cause
//
// The client library makes a watch last: when the connection breaks it connects again, and asks to go on from the
// revision after the last that it has seen. But a member keeps only the revisions since the last compaction. When that
// has gone past what the watch asks for, what happened in between is not known any more, and so the member refuses. The
// library passes that on once, as a response with CompactRevision and Err() and without events, and closes the channel.
// A loop that only looks at Events finds none in it, and then ends as if its owner had ended it. Nothing is logged, no
// call fails.
//
// It takes both: to be behind, and a compaction meanwhile. An API server compacts every five minutes, auto-compaction at the
// shortest every few seconds of time or thousand revisions; a connection that only its owner believes in is found out after
// as long as the kernel or a keep-alive takes. That such a connection breaks is the one event, in months, which ends the loop.
//
// # Repair
//
// Ask every response for Err(). After a compaction list again, tell what is there, and watch from the revision of that list
// plus one. After anything else watch again from the revision after the last that was seen: nothing has been lost. Only the
// end of the context ends the loop. See after.go.
//
// Both arms watch WithRequireLeader. Without it a watch on a member that is cut off from the others neither gets an event nor
// ends, so that there is nothing to range over and no Err() to ask: a follower that is to be told needs both.
//
// # Cost
//
// A list of the whole directory after each compaction that one was too late for. What was written and overwritten in between
// is never seen; nor is what was deleted, unless the follower compares the list with what it knew.
//
// # What the article says
//
// Nothing; its watch is opened and never looked at again. The field: etcd-io/etcd#8668 (the library resumes at a revision that
// is gone, and cannot do better), #8231 (the response that people miss).
//
// # What a user sees
//
// A service that has not learned anything new since last Tuesday, says that it is healthy, and is cured by a restart.
package watchcompaction
