// Package faults is the catalogue: one file a fault, named after it, and the list of all, All. Each is a value of type
// chaos.Fault, which says what a fault promises. What several faults share:
//
//	inject.go                          targets in their roles, draws, an injection that is undone
//	resources.go                       what faults of one kind take and use
//	await.go, whole.go                 waits for what members say, and for what they answer
//	writer.go, maintain.go, task.go    requests that are sent until they are answered, and work in the background
//	process.go, kill.go                a member that is down, or suspended
//	round.go                           one member after the other
//	cut.go, grudge.go, consequence.go  a partition, who does not hear whom, and what raft must make of it
//	links.go, poll.go, shaped.go       a member's links, what passes over them, and links under a shape
//	client_link.go, membership.go, watch_stream.go, lease_expiry.go, certificate.go
package faults

import (
	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/nearest"
)

// All lists the faults, group by group in the order in which they are shown: a new one gets a line here.
func All() []chaos.Fault {
	return []chaos.Fault{
		// process
		leaderKill, followerKill, allKill, leaderStop, rollingRestart, versionUpgrade, versionDowngrade, leaderPause,
		followerPause,
		// election
		leaderTransfer, leaderTransferStorm,
		// partition
		partitionLeader, isolateOne, partitionMajority, partitionHalves, partitionOneWay, partitionBridge,
		partitionRing, flappingPartition, swizzle,
		// link: how fast members and clients hear each other, and whether clients are heard
		linkLatency, linkBandwidth, linkSlowStart, linkReset, clientCut, clientStranded, clientHalfOpen,
		// storage: what members keep
		quotaExceeded, defragment, compactionUnderWatchers, laggingFollower, snapshotSave,
		// membership: who belongs to the cluster
		memberReplace, memberRemove, learnerPromote, snapshotRestore,
		// load: what is asked of members
		leaseStorm, watchStorm, largeValues,
		// security
		certRotation, certExpiry, clientCertExpiry,
		// machine: unavailable to an ordinary user
		clockJump, clockDrift, diskSlow, diskFull, lostUnsyncedWrites,
		packetLoss, packetDuplication, packetReordering, packetCorruption,
	}
}

// Names lists the faults' names.
func Names() []string {
	var names []string
	for _, f := range All() {
		names = append(names, f.Name)
	}
	return names
}

// Lasting lists the names of the faults that leave lasting changes.
func Lasting() []string {
	var names []string
	for _, f := range All() {
		if f.Lasting != "" {
			names = append(names, f.Name)
		}
	}
	return names
}

// Find returns the fault of that name; the error for an unknown one suggests the nearest.
func Find(name string) (chaos.Fault, error) {
	for _, f := range All() {
		if f.Name == name {
			return f, nil
		}
	}
	return chaos.Fault{}, nearest.Unknown("fault", name, Names())
}

// Rules is the part of the catalogue that plans need.
func Rules() []plan.FaultRule {
	var rules []plan.FaultRule
	for _, f := range All() {
		rules = append(rules, f.FaultRule)
	}
	return rules
}
