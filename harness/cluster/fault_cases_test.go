package cluster

import (
	"time"

	"aftershock/chaos/plan"
)

const ms = time.Millisecond

// faultCase is what tests of all faults need to know of one. A fault without a case fails two of them.
type faultCase struct {
	// prevented is the fault on a cluster to which it can do nothing, and that says that it did.
	prevented prevented
	alone     bool // it is played with no other, for each would feel what others do or be felt by them
	// mixed is the fault for so long that its effect is seen on a busy machine, with an election time-out of 500 ms.
	// One that takes members of another etcd than our own comes in no mix: those cannot suffer all others.
	mixed plan.Choice
}

// The words for why no harm comes about.
const (
	unsignalled = "no process is sent a signal"
	uncut       = "no link is cut"
	silentLinks = "nothing passes over the links that are slowed down"
	silentOne   = "the client says nothing"
)

var faultCases = []faultCase{
	{
		prevented: prevented{spec("leader-kill", "leader", 2*time.Second, nil), unsignalled, nil},
		mixed:     forSo("leader-kill", "leader", 1500*ms),
	},
	{
		prevented: prevented{spec("follower-kill", "follower.0", 2*time.Second, nil), unsignalled, nil},
		mixed:     forSo("follower-kill", "follower", 300*ms),
	},
	{
		prevented: prevented{spec("all-kill", "", 2*time.Second, nil), unsignalled, nil},
		mixed:     forSo("all-kill", "", 500*ms),
	},
	{
		prevented: prevented{spec("leader-stop", "leader", 2*time.Second, nil), unsignalled, nil},
		mixed:     forSo("leader-stop", "leader", 1500*ms),
	},
	{
		prevented: prevented{spec("leader-pause", "leader", 2*time.Second, nil), unsignalled, nil},
		mixed:     forSo("leader-pause", "leader", 2*time.Second),
	},
	{
		prevented: prevented{spec("follower-pause", "follower.0", 2*time.Second, nil), unsignalled, nil},
		mixed:     forSo("follower-pause", "follower", 1200*ms),
	},
	{
		prevented: prevented{spec("rolling-restart", "", 2*time.Second, nil), unsignalled, nil},
		mixed:     told(forSo("rolling-restart", "", 8*time.Second), "how", "kill", "pause", "0s"),
	},
	{
		prevented: prevented{spec("version-upgrade", "", 2*time.Second, nil), unsignalled, nil},
	},
	{
		prevented: prevented{spec("version-downgrade", "", 2*time.Second, nil), "etcd does not prepare for it",
			[]string{"Downgrade"}},
	},
	{
		prevented: prevented{to(spec("leader-transfer", "leader", 0, nil), "follower.1"), "the leader stays", nil},
		mixed:     moves("leader-transfer"),
	},
	{
		prevented: prevented{spec("leader-transfer-storm", "", 2*time.Second, nil), "the leader stays", nil},
		mixed:     told(forSo("leader-transfer-storm", "", time.Second), "period", "200ms"),
	},
	{
		prevented: prevented{spec("partition-leader", "leader", 2*time.Second, nil), uncut, nil},
		mixed:     forSo("partition-leader", "leader", 2*time.Second),
	},
	{
		prevented: prevented{spec("isolate-one", "follower.0", 2*time.Second, nil), uncut, nil},
		mixed:     forSo("isolate-one", "a member", 2*time.Second),
	},
	{
		prevented: prevented{spec("partition-majority", "", 2*time.Second, nil), uncut, nil},
		mixed:     forSo("partition-majority", "", 2*time.Second),
	},
	{
		prevented: prevented{spec("partition-halves", "", 2*time.Second, nil), uncut, nil},
		mixed:     forSo("partition-halves", "", 2*time.Second),
	},
	{
		prevented: prevented{spec("partition-one-way", "leader", 2*time.Second, nil), uncut, nil},
		mixed:     forSo("partition-one-way", "leader", 2500*ms),
	},
	{
		prevented: prevented{spec("partition-bridge", "", 2*time.Second, nil), uncut, nil},
		mixed:     forSo("partition-bridge", "", 2*time.Second),
	},
	{
		prevented: prevented{spec("partition-ring", "", 2*time.Second, nil), uncut, nil},
		mixed:     forSo("partition-ring", "", 2*time.Second),
	},
	{
		prevented: prevented{spec("flapping-partition", "follower.0", 2*time.Second, nil), uncut, nil},
		mixed:     forSo("flapping-partition", "a member", time.Second),
	},
	{
		prevented: prevented{spec("swizzle", "", 2*time.Second, nil), uncut, nil},
		mixed:     forSo("swizzle", "", 2*time.Second),
	},
	{
		prevented: prevented{spec("link-latency", "leader", 2*time.Second, nil), silentLinks, nil},
		mixed:     forSo("link-latency", "a member", 700*ms),
	},
	{
		prevented: prevented{spec("link-bandwidth", "leader", 2*time.Second, nil), silentLinks, nil},
		mixed:     told(forSo("link-bandwidth", "a member", time.Second), "rate", "16KiB"),
	},
	{
		prevented: prevented{spec("link-slow-start", "leader", 2*time.Second, nil), silentLinks, nil},
		mixed:     forSo("link-slow-start", "a member", time.Second),
	},
	{
		prevented: prevented{spec("link-reset", "leader", 0, nil), "no connection is reset, and so none made anew",
			nil},
		mixed: forSo("link-reset", "a member", 0),
	},
	{
		prevented: prevented{spec("client-cut", "client.tenant", 2*time.Second, nil), silentOne, nil},
		mixed:     forSo("client-cut", "a client", 500*ms),
	},
	{
		prevented: prevented{spec("client-stranded", "client.tenant", 2*time.Second, nil), uncut, nil},
		mixed:     forSo("client-stranded", "a client", 2*time.Second),
	},
	{
		prevented: prevented{spec("client-half-open", "client.tenant", 2*time.Second, nil), silentOne, nil},
		mixed:     forSo("client-half-open", "a client", 700*ms),
	},
	{
		prevented: prevented{spec("quota-exceeded", "", 4*time.Second, nil),
			"nothing is written, and so nothing is full", []string{"Put"}},
		mixed: forSo("quota-exceeded", "", 12*time.Second),
	},
	{
		prevented: prevented{spec("defragment", "leader", 0, plan.Params{"size": "1MiB"}), "nothing is copied",
			[]string{"Defragment"}},
		mixed: told(forSo("defragment", "a member", 0), "size", "2MiB"),
	},
	{
		prevented: prevented{spec("compaction-under-watchers", "", 0, plan.Params{"watchers": "3", "revisions": "10"}),
			"nothing is compacted", []string{"Compact"}},
		alone: true,
		mixed: told(forSo("compaction-under-watchers", "", 0), "watchers", "20", "revisions", "100"),
	},
	{
		prevented: prevented{spec("lagging-follower", "follower.0", 4*time.Second, nil),
			"the follower is not cut off, and keeps up", nil},
		alone: true,
		mixed: forSo("lagging-follower", "follower", 5*time.Second),
	},
	{
		prevented: prevented{spec("snapshot-save", "leader", 0, nil), "nothing is streamed", []string{"Snapshot"}},
		mixed:     told(forSo("snapshot-save", "a member", 0), "times", "1"),
	},
	{
		prevented: prevented{spec("member-replace", "follower.0", 2*time.Second, nil), "no member leaves", nil},
		mixed:     forSo("member-replace", "a member", time.Second),
	},
	{
		prevented: prevented{spec("member-remove", "follower.0", 2*time.Second, nil), "no member leaves", nil},
		mixed:     forSo("member-remove", "a member", 1500*ms),
	},
	{
		prevented: prevented{spec("learner-promote", "", 2*time.Second, nil), "no member joins", nil},
		mixed:     forSo("learner-promote", "", 9*time.Second),
	},
	{
		prevented: prevented{spec("snapshot-restore", "", 0, nil), "the members keep what they have", nil},
		mixed:     forSo("snapshot-restore", "", 0),
	},
	{
		prevented: prevented{spec("lease-storm", "", 4*time.Second, plan.Params{"leases": "10"}),
			"no lease is granted, and so none expires", []string{"LeaseGrant", "Put"}},
		mixed: told(forSo("lease-storm", "", 4*time.Second), "leases", "100", "ttl", "2s"),
	},
	{
		prevented: prevented{spec("watch-storm", "", 2*time.Second, nil), "no watcher is created", []string{"Watch"}},
		mixed:     told(forSo("watch-storm", "", 2500*ms), "watchers", "100", "streams", "6"),
	},
	{
		prevented: prevented{spec("large-values", "", 2*time.Second, nil), "nothing is stored", []string{"Put"}},
		mixed:     told(forSo("large-values", "", 1500*ms), "size", "64KiB"),
	},
	{
		prevented: prevented{spec("cert-rotation", "", 0, nil), "the certificates stay", nil},
		mixed:     forSo("cert-rotation", "", 0),
	},
	{
		prevented: prevented{spec("cert-expiry", "leader", 2*time.Second, nil), "the certificates stay", nil},
		mixed:     forSo("cert-expiry", "a member", 2*time.Second),
	},
	{
		prevented: prevented{spec("client-cert-expiry", "client.tenant", 2*time.Second, nil), "the certificates stay",
			nil},
		mixed: forSo("client-cert-expiry", "a client", time.Second),
	},
}
