package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
)

const ms = time.Millisecond

// shortChoices is every fault, for so long that its effect is seen on a busy machine, with an election time-out of
// 500 ms.
var shortChoices = []plan.Choice{
	forSo("leader-kill", "leader", 1500*ms), forSo("follower-kill", "follower", 300*ms), forSo("all-kill", "", 500*ms),
	forSo("leader-stop", "leader", 1500*ms), forSo("leader-pause", "leader", 2*time.Second), forSo("follower-pause",
		"follower", 1200*ms),
	told(forSo("rolling-restart", "", 8*time.Second), "how", "kill", "pause", "0s"),
	moves("leader-transfer"), told(forSo("leader-transfer-storm", "", time.Second), "period", "200ms"),
	forSo("partition-leader", "leader", 2*time.Second), forSo("isolate-one", "a member", 2*time.Second),
	forSo("partition-majority", "", 2*time.Second), forSo("partition-halves", "", 2*time.Second),
	forSo("partition-one-way", "leader", 2500*ms), forSo("partition-bridge", "", 2*time.Second),
	forSo("partition-ring", "", 2*time.Second), forSo("flapping-partition", "a member", time.Second),
	forSo("swizzle", "", 2*time.Second),
	forSo("link-latency", "a member", 700*ms), told(forSo("link-bandwidth", "a member", time.Second), "rate", "16KiB"),
	forSo("link-slow-start", "a member", time.Second), forSo("link-reset", "a member", 0),
	forSo("client-cut", "a client", 500*ms), forSo("client-stranded", "a client",
		2*time.Second), forSo("client-half-open", "a client", 700*ms),
	forSo("quota-exceeded", "", 7*time.Second), told(forSo("defragment", "a member", 0), "size", "2MiB"),
	told(forSo("compaction-under-watchers", "", 0), "watchers", "20", "revisions", "100"),
	forSo("lagging-follower", "follower", 5*time.Second), told(forSo("snapshot-save", "a member", 0), "times", "1"),
	forSo("member-replace", "a member", time.Second), forSo("member-remove", "a member",
		1500*ms), forSo("learner-promote", "", 9*time.Second),
	forSo("snapshot-restore", "", 0), told(forSo("lease-storm", "", 4*time.Second), "leases", "100", "ttl", "2s"),
	told(forSo("watch-storm", "", 2500*ms), "watchers", "100", "streams", "6"),
	told(forSo("large-values", "", 1500*ms), "size", "64KiB"),
	forSo("cert-rotation", "", 0), forSo("cert-expiry", "a member", 2*time.Second), forSo("client-cert-expiry",
		"a client", time.Second),
}

func forSo(fault, target string, d time.Duration) plan.Choice {
	return plan.Choice{FaultSpec: plan.FaultSpec{Fault: fault, Target: target, For: d}, Weight: 1}
}

func moves(fault string) plan.Choice {
	return plan.Choice{FaultSpec: plan.FaultSpec{Fault: fault, Target: "leader", To: "follower"}, Weight: 1}
}

// told is a choice with parameters, each a name and a value.
func told(c plan.Choice, params ...string) plan.Choice {
	c.Params = plan.Params{}
	for i := 0; i < len(params); i += 2 {
		c.Params[params[i]] = params[i+1]
	}
	return c
}

// oneOf draws the word for whom a fault hits.
func oneOf(rng *rand.Rand, target string) string {
	words := map[string][]string{
		"a member": {"leader", "follower", "n1", "n2", "n3"},
		"a client": {"client.collector", "client.bystander"},
	}[target]
	if len(words) == 0 {
		return target
	}
	return words[rng.IntN(len(words))]
}

func TestMixesAreOfAllFaultsThatThereAre(t *testing.T) {
	var missing []string
	for _, r := range faults.Rules() {
		of := func(c plan.Choice) bool { return c.Fault == r.Name }
		if r.Unavailable == "" && !slices.ContainsFunc(shortChoices, of) {
			missing = append(missing, r.Name)
		}
	}
	if len(missing) > 0 {
		t.Errorf("no mix draws %v", missing)
	}
}
