package faults

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
	"aftershock/internal/units"
)

// linkSlowStart resets all connections of a member, and lets each new one begin slowly, as TCP does over a long way
// (RFC 5681, slow start).
//
//	start      bytes a second that a connection begins with: 1B to 1GiB, default 1KiB.
//	doubling   after how long it may send twice as much, again and again: 1ms to 10s, default 200ms.
//	on         peers (default): the links with all other members; clients: those of the clients that are pinned to it.
//
// It is observed that bytes of the new connections had to wait.
var linkSlowStart = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "link-slow-start", Held: true, With: eitherLinks, PinnedWith: onClients,
		Params: []plan.Param{
			{Name: "start", Kind: plan.Size, Default: "1KiB", Low: "1B", High: "1GiB", Says: "bytes a second at first"},
			{Name: "doubling", Kind: plan.Duration, Default: "200ms", Low: "1ms", High: "10s",
				Says: "after which it is twice as much"},
			onWhich,
		},
	},
	Group:     chaos.OfLink,
	Summary:   "all connections of a member with its peers, or with its clients, begin anew and slowly",
	NeedsWith: eitherNeeds,
	Inject:    injectLinkSlowStart,
}

// injectLinkSlowStart shapes first and resets then, so that the first byte of a new connection is a slow one.
func injectLinkSlowStart(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	w, err := resolveLinks(t, e)
	if err != nil {
		return nil, err
	}
	slow := network.Shape{Start: e.Params.Bytes("start"), Doubling: e.Params.Duration("doubling")}
	f, err := w.shape(slow, wasThrottled)
	if err != nil {
		return nil, err
	}
	n, err := w.reset()
	if n == 0 {
		err = errors.Join(err, noConnections(w))
	}
	if err != nil {
		f.unshape()
		return nil, err
	}
	for i, l := range f.links { // what was held up before the reset does not count
		f.before[i] = readingOf(l)
	}
	f.resolved["connections"] = strconv.Itoa(n)
	return f, nil
}

func noConnections(w memberLinks) error {
	return fmt.Errorf("no connection is open on %s of %s", units.Count(len(w.links), "link"), w.member)
}
