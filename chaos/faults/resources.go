package faults

import (
	"aftershock/chaos/plan"
)

// What faults of one kind take and use: a plan knows by it what a member that is gone, or cut off, no longer has.
var (
	// goneMember is taken where members are killed, stopped, suspended or removed: what they had for others is gone
	// as well.
	goneMember = []plan.Resource{plan.Quorum, plan.PeerLinks, plan.ClientLinks, plan.Storage}
	// cutMembers is taken where members do not hear each other. Clients reach each of them.
	cutMembers = []plan.Resource{plan.Quorum, plan.PeerLinks}
	// wholeCluster is used by what is seen only where members commit, and reach each other as they do without a fault.
	wholeCluster = []plan.Resource{plan.Quorum, plan.PeerLinks}
)
