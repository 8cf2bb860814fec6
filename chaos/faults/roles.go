package faults

import (
	"fmt"

	"aftershock/chaos"
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
