package faults

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
	"aftershock/internal/units"
)

// linkReset resets all open connections of a member: both ends see an RST, as when a router in between lost its state.
//
//	on   peers (default): the links with all other members; clients: those of the clients that are pinned to it.
//
// Observed: an end that felt it has connected anew, and afterwards every link that had a connection has a new one.
// Connections of a member that was killed before have no one left who could feel it.
var linkReset = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "link-reset", With: eitherLinks, PinnedWith: onClients, Room: 2 * time.Second,
		Params: []plan.Param{onWhich},
	},
	Group:     chaos.OfLink,
	Summary:   "all connections of a member with its peers, or with its clients, are reset once",
	NeedsWith: eitherNeeds,
	Inject:    injectLinkReset,
}

type resetting struct {
	memberLinks
	connections int
	torn        []*network.Link // those that had connections
	opened      []int64         // how many each had had
}

func injectLinkReset(_ context.Context, t chaos.Target, e plan.Event) (_ chaos.Ongoing, err error) {
	f := &resetting{}
	if f.memberLinks, err = resolveLinks(t, e); err != nil {
		return nil, err
	}
	for _, l := range f.links {
		if l.Connections() > 0 {
			f.torn, f.opened = append(f.torn, l), append(f.opened, l.Opened())
		}
	}
	f.connections, err = f.reset()
	if f.connections == 0 {
		return nil, errors.Join(err, noConnections(f.memberLinks))
	}
	if err != nil {
		return nil, err
	}
	f.resolved["connections"] = strconv.Itoa(f.connections)
	return f, nil
}

// Effective waits until someone has felt it, and connects anew.
func (f *resetting) Effective(ctx context.Context) (chaos.Sight, error) {
	lost := fmt.Sprintf("%s lost %s", f.member, units.Count(f.connections, "connection"))
	var anew *network.Link
	at, err := poll(ctx, func() bool {
		for i, l := range f.torn {
			if anew = l; l.Opened() > f.opened[i] {
				return true
			}
		}
		return false
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s, and no one felt it and connected anew: %w", lost, err)
	}
	return chaos.Sight{At: at, Saw: fmt.Sprintf("%s, and %s was connected anew", lost, anew)}, nil
}

// Heal has nothing to undo.
func (f *resetting) Heal(context.Context) error { return nil }

// Recovered waits until there are new connections.
func (f *resetting) Recovered(ctx context.Context) (chaos.Sight, error) {
	var bare *network.Link
	at, err := poll(ctx, func() bool {
		for i, l := range f.torn {
			if bare = l; l.Connections() == 0 || l.Opened() == f.opened[i] {
				return false
			}
		}
		return true
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("no new connection over %s: %w", bare, err)
	}
	return chaos.Sight{At: at, Saw: "connections were made anew on " + units.Count(len(f.torn), "link")}, nil
}
