// Package pertrydeadline is a write that was forwarded to a leader which is no more, and waits for it.
//
// # Defect
//
// A record is written under its caller's deadline, of 8 s, and repeated if it fails. The member that the client talks to
// is well; its leader has just been killed. The others elect a new one within a second, and the write takes six. See
// before.go.
//
// # Cause
//
// A follower forwards a proposal to its leader and waits until it sees it committed. Until an election time-out has
// passed it does not know that the leader is gone, and raft loses what it has forwarded meanwhile: proposals are not
// repeated, and their loss is not reported. The member gives up after 5 s and two election time-outs
// (config.ServerConfig.ReqTimeout) with ErrTimeoutDueToLeaderFail. A leader that is handing over and drops what is
// forwarded to it does the same to its followers.
//
// The repetition is there, and comes six seconds late: the one deadline is made for the whole, so the first attempt may use
// it all up.
//
// # Repair
//
// Each attempt has a deadline of its own, far longer than a write takes and far shorter than the whole. What it leaves
// behind is open, not failed: so the attempt is one that may be repeated, and creates the record unless it is there
// (records.Create: a transaction that compares CreateRevision with 0). See after.go.
//
// # Cost
//
// A member that is merely slow is asked several times: with a time-out that is too short, a slow cluster is given more to
// do. And a write that cannot be repeated cannot be repaired in this way: a plain append would be there twice.
//
// # What the article says
//
// Only that there is a time-out of 5 s, which it takes for one of WithRequireLeader; it is this one. The field: etcd#5214.
//
// # What a user sees
//
// Six seconds of silence from a member that is healthy, after an election that took half of one.
package pertrydeadline
