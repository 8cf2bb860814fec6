// Package faults is the catalogue: one file a fault, and beside them what several of them share.
//
// Each fault is a value of type chaos.Fault. What a fault promises is told there, and chaos.Play keeps it to that.
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
		leaderKill, followerKill, allKill, leaderStop, rollingRestart, leaderPause, followerPause,
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
		packetLoss, packetDuplication, packetReordering, packetCorruption, versionUpgrade, versionDowngrade,
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
