package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// resolveLeader resolves a target and insists that it leads: a fault meant for the leader that hits a follower has
// none of the effects that it is there for.
func resolveLeader(t chaos.Topology, symbol string) (string, chaos.Leadership, error) {
	member, err := chaos.Resolve(t, symbol)
	if err != nil {
		return "", chaos.Leadership{}, err
	}
	leader, ok := t.Leader()
	if !ok || leader.Member != member {
		return "", chaos.Leadership{}, chaos.RoleError(
			fmt.Sprintf("target %s is %s, which does not lead (leader: %q)", symbol, member, leader.Member))
	}
	return member, leader, nil
}

// resolveFollower resolves a target and insists that it follows: what a follower suffers is not what a leader does.
func resolveFollower(t chaos.Topology, symbol string) (string, chaos.Leadership, error) {
	member, err := chaos.Resolve(t, symbol)
	if err != nil {
		return "", chaos.Leadership{}, err
	}
	leader, ok := t.Leader()
	switch {
	case !ok:
		return "", chaos.Leadership{}, fmt.Errorf("target %s: %w", symbol, chaos.ErrNoLeader)
	case leader.Member == member:
		return "", chaos.Leadership{}, chaos.RoleError(fmt.Sprintf("target %s is %s, which leads", symbol, member))
	}
	return member, leader, nil
}

// draws is where a fault's own choices come from.
func draws(e plan.Event) *rand.Rand { return rand.New(rand.NewPCG(e.Params.Seed(), 0)) }

// listed is names as a moment shows them: "n1,n3".
func listed(names []string) string { return strings.Join(names, ",") }

// undo undoes what a fault had done when its injection failed, and adds to the error when that fails too. It has a
// context of its own, because the injection's may be the reason of the failure.
func undo(err error, heal func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), chaos.Patience)
	defer cancel()
	if undoing := heal(ctx); undoing != nil {
		return fmt.Errorf("%w; %w: %w", err, chaos.ErrUnhealed, undoing)
	}
	return err
}
