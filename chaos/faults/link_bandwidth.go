package faults

import (
	"context"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
)

// linkBandwidth limits the rate of each link of a member, in each direction.
//
//	rate   bytes a second of a link, which its connections share: 1KiB to 1GiB, default 64KiB.
//	on     peers (default): the links with all other members; clients: those of the clients that are pinned to it.
//
// Observed: bytes had to wait for the rate. At a rate that the traffic never reaches they do not, and the fault has no
// effect.
var linkBandwidth = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "link-bandwidth", Held: true, With: eitherLinks, PinnedWith: onClients,
		Params: []plan.Param{
			{Name: "rate", Kind: plan.Size, Default: "64KiB", Low: "1KiB", High: "1GiB",
				Says: "bytes a second of a link"},
			onWhich,
		},
	},
	Group:     chaos.OfLink,
	Summary:   "the links of a member with its peers, or with its clients, carry few bytes a second",
	NeedsWith: eitherNeeds,
	Inject: func(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		w, err := resolveLinks(t, e)
		if err != nil {
			return nil, err
		}
		f, err := w.shape(network.Shape{Rate: e.Params.Bytes("rate")}, wasThrottled)
		if err != nil {
			return nil, err
		}
		return f, nil
	},
}
