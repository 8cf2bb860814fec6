package chaos

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"aftershock/internal/nearest"
)

// ErrNoLeader is for what needs a leader while there is none.
var ErrNoLeader = errors.New("no majority follows a leader")

// errOtherRole is for a target that leads where a fault needs a follower, or the other way round, at this moment.
var errOtherRole = errors.New("not the role that the fault needs")

// Resolve turns a symbolic target into a member, as things stand now: "leader", "follower.<k>" (the k-th of the others
// by name, from 0), "client.<name>" (the member that the client is pinned to) or a member's name.
func Resolve(t Topology, symbol string) (string, error) {
	kind, rest, dotted := strings.Cut(symbol, ".")
	switch {
	case symbol == "leader":
		leader, ok := t.Leader()
		if !ok {
			return "", fmt.Errorf("target %s: %w", symbol, ErrNoLeader)
		}
		return leader.Member, nil
	case dotted && kind == "follower":
		return follower(t, symbol, rest)
	case dotted && kind == "client":
		member, ok := t.Pinned(rest)
		if !ok {
			return "", fmt.Errorf("target %s: no such client is pinned to a member", symbol)
		}
		return member, nil
	}
	if !slices.Contains(t.Members(), symbol) {
		words := append([]string{"leader", "follower.<k>", "client.<name>"}, t.Members()...)
		return "", nearest.Unknown("target", symbol, words)
	}
	return symbol, nil
}

func follower(t Topology, symbol, index string) (string, error) {
	leader, ok := t.Leader()
	if !ok {
		return "", fmt.Errorf("target %s: %w", symbol, ErrNoLeader)
	}
	var followers []string
	for _, m := range t.Members() {
		if m != leader.Member {
			followers = append(followers, m)
		}
	}
	k, err := strconv.Atoi(index)
	if err != nil || k < 0 || k >= len(followers) {
		return "", fmt.Errorf("target %s: there are %d followers, counted from 0", symbol, len(followers))
	}
	return followers[k], nil
}

// resolveLeader resolves a target and insists that it leads: a fault meant for the leader that hits a follower has
// none of the effects that it is there for.
func resolveLeader(t Topology, symbol string) (string, Leadership, error) {
	member, err := Resolve(t, symbol)
	if err != nil {
		return "", Leadership{}, err
	}
	leader, ok := t.Leader()
	if !ok || leader.Member != member {
		return "", Leadership{}, kinded{
			fmt.Errorf("target %s is %s, which does not lead (leader: %q)", symbol, member, leader.Member), errOtherRole,
		}
	}
	return member, leader, nil
}

// resolveFollower resolves a target and insists that it follows: what a follower suffers is not what a leader does.
func resolveFollower(t Topology, symbol string) (string, Leadership, error) {
	member, err := Resolve(t, symbol)
	if err != nil {
		return "", Leadership{}, err
	}
	leader, ok := t.Leader()
	switch {
	case !ok:
		return "", Leadership{}, fmt.Errorf("target %s: %w", symbol, ErrNoLeader)
	case leader.Member == member:
		return "", Leadership{}, kinded{fmt.Errorf("target %s is %s, which leads", symbol, member), errOtherRole}
	}
	return member, leader, nil
}
