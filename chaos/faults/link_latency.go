package faults

import (
	"context"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
	"aftershock/internal/units"
)

// linkLatency makes everything on the links of a member arrive later, in both directions and in order.
//
//	latency   how much later at least: 1ms to 10s, default 50ms.
//	jitter    how much later still at most, drawn for each piece: 0s to 10s, default 5ms.
//	on        peers (default): the links with all other members; clients: those of the clients that are pinned to it.
//
// Observed: a link delayed a piece by at least the latency, so that the fault has to be held for longer than that. With
// more than an election time-out on the peers' links, followers lose their leader until the first late heartbeat comes.
var linkLatency = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "link-latency", Held: true, Draws: true, With: eitherLinks, PinnedWith: onClients,
		Params: []plan.Param{
			{Name: "latency", Kind: plan.Duration, Default: "50ms", Low: "1ms", High: "10s",
				Says: "how much later at least"},
			{Name: "jitter", Kind: plan.Duration, Default: "5ms", Low: "0s", High: "10s",
				Says: "how much later still at most"},
			onWhich,
		},
	},
	Group:     chaos.OfLink,
	Summary:   "everything arrives later on the links of a member with its peers, or with its clients",
	NeedsWith: eitherNeeds,
	Inject:    injectLinkLatency,
}

func injectLinkLatency(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	w, err := resolveLinks(t, e)
	if err != nil {
		return nil, err
	}
	latency := e.Params.Duration("latency")
	f, err := w.shape(network.Shape{
		Latency: latency, Jitter: e.Params.Duration("jitter"), Seed: draws(e).Uint64(),
	}, func(before, now reading) (string, bool) {
		pieces, delayed := now.pieces-before.pieces, now.delayed-before.delayed
		if pieces == 0 || delayed < latency {
			return "", false
		}
		return fmt.Sprintf("delayed %s, by %v on average", units.Count(int(pieces), "piece"),
			(delayed / time.Duration(pieces)).Round(time.Microsecond)), true
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}
