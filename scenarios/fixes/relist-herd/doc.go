// Package relistherd is a crowd of followers that lost the same leader, and that all ask at the same moment what they have
// missed.
//
// # Defect
//
// A follower whose watch has ended waits a little, lists everything, and watches from there. Each follower by itself is
// right, and the pause is there so that a member that cannot answer is not asked without end. See before.go.
//
// # Cause
//
// A member that has lost its leader ends all watches that require one, at one moment: the followers, who never knew of each
// other, are in step from then on. As long as there is no leader each list is refused within a millisecond, and so they stay
// in step; when there is one again, the next beat of all of them asks for the whole directory at once. A pause that is the
// same for all moves the herd and does not thin it out. And who comes back after such a loss is the member that has just
// caught up with its log.
//
// # Repair
//
// Draw the pause anew each time, evenly from nothing to twice the length (full jitter): the mean is the same, but what is
// asked for is asked for over a second instead of at one moment. See after.go.
//
// Both arms list WithRequireLeader and with a client that tries once. Without the first a member that has lost its leader
// says nothing: the watches stay open and silent, and lists wait there for the next leader to be answered all at once, which
// no pause between them can spread. With etcd's own hundred tries 25 ms apart, the pause would be theirs.
//
// # Cost
//
// Followers see nothing new for a little longer. A follower whose cluster is back in the middle of a pause of always
// 500 ms has 250 ms of it left on average; in the middle of one that was drawn from 0 to 1 s, 333 ms, for long pauses
// are hit more often, and the unlucky one waits a whole second. The work itself is the same: where the lists of a
// second are too much for a second, jitter does not help. It would be better still to go on from the revision that was
// seen, and not to list at all (see the fix watch-compaction): the loss of a leader loses nothing as long as nothing is
// compacted. Jitter is for what has to be listed.
//
// What other clients gain by it is not certain either. On two cores, with members, followers and service on one
// machine, their P99 after the recovery varies so much from trial to trial that the run of docs/article.md could not
// tell the arms apart. It takes more pairs, or a directory that takes longer to list.
//
// # What the article says
//
// Nothing. The field: kubernetes/kubernetes#111116, in which an election that takes more than three time-outs ends all
// watches of all API servers, and the lists of all clients at once take down the servers that had outlived the
// election.
//
// # What a user sees
//
// An outage of two seconds that all services survive, and right after it another one without a visible cause.
package relistherd
