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

// RoleError says that a target leads where a fault needs a follower, or the other way round, at this moment. Play tries
// such an injection again for a while, as it does after ErrNoLeader.
type RoleError string

func (e RoleError) Error() string { return string(e) }

// Resolve turns a symbolic target into a member, as things stand now: "leader", "follower.<k>" (the k-th of the others
// by name, from 0), "client.<name>" (the member that the client is pinned to) or a member's name. The first two are an
// ErrNoLeader while there is none; the error for an unknown word suggests the nearest.
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
