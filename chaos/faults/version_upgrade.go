package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// versionUpgrade stops one member after the other gracefully and starts each with the cluster's next etcd on the data
// that it has, the leader last: what etcd's own guide to upgrades says.
//
//	members  how many, followers first; 0 is all. The rest keep what they run, so that the cluster is of two versions
//	         from then on. Default 0.
//	pause    from one member following again to the next one's end, 0s to 1m. Default 500ms.
//
// It takes effect when the first member is gone, and has to finish within its hold: two or three seconds a member. It
// has recovered when the cluster is whole; each member was asked by then which version it is.
var versionUpgrade = chaos.Fault{
	FaultRule: changes("version-upgrade"),
	Group:     chaos.OfProcess,
	Summary:   "one member after the other is started with the cluster's next etcd, the leader last",
	Needs:     []chaos.Ability{chaos.CanStop, chaos.CanCrash, chaos.CanAdminister, chaos.CanSwitch},
	Lasting:   "the members run another etcd",
	Inject: func(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		f, err := newChange(t, e)
		if err != nil {
			return nil, err
		}
		f.task = begin(f.run)
		return f, nil
	},
}

// changes is the rule of a fault that changes which etcd members run.
func changes(name string) plan.FaultRule {
	return plan.FaultRule{
		Name: name, Settle: 2 * time.Second, Held: true, Aim: plan.AtCluster, Takes: goneMember, Members: 3,
		Wants: []plan.Feature{plan.Next},
		Params: []plan.Param{
			{Name: "members", Kind: plan.Count, Default: "0", Low: "0", High: "9",
				Says: "how many members, followers first; 0 is all"},
			{Name: "pause", Kind: plan.Duration, Default: "500ms", Low: "0s", High: "1m",
				Says: "from one member to the next"},
		},
	}
}
