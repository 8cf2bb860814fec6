package faults

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/internal/clock"
)

// cut is a partition that holds: the life that most partitions share.
//
// Its effect is observed in what raft must say under the grudge (consequenceOf) and, where links are watched, in bytes
// that they hold up. It is over when all members follow one leader and the watched links pass bytes.
type cut struct {
	target   chaos.Target
	leader   chaos.Leadership // when it began
	resolved map[string]string
	grudge   chaos.Grudge
	watched  []*network.Link

	at, healed clock.Nanos
	flow       flow // over the watched links, before they were healed
	heal       func(context.Context)
}

// newCut prepares a partition of a cluster that has a leader. Without a leader there would be nothing to cut off, and
// nothing that raft must do. newCut adds the leader and its term to what was resolved.
func newCut(t chaos.Target, resolved map[string]string) (*cut, error) {
	leader, ok := t.Leader()
	if !ok {
		return nil, chaos.ErrNoLeader
	}
	if len(t.Members()) < 2 {
		return nil, errors.New("a cluster of one has no peers to be cut off from")
	}
	f := &cut{target: t, leader: leader, resolved: map[string]string{"term": strconv.FormatUint(leader.Term, 10)}}
	maps.Copy(f.resolved, resolved)
	if f.resolved["target"] != leader.Member {
		f.resolved["leader"] = leader.Member
	}
	return f, nil
}

// partition cuts a cluster, and observes what raft says.
func partition(t chaos.Target, g chaos.Grudge, resolved map[string]string) (chaos.Ongoing, error) {
	f, err := newCut(t, resolved)
	if err != nil {
		return nil, err
	}
	if err := f.apply(g); err != nil {
		return nil, err
	}
	return f, nil
}

// watchedPartition cuts a cluster, and observes the links as well.
func watchedPartition(t chaos.Target, g chaos.Grudge, resolved map[string]string) (chaos.Ongoing, error) {
	f, err := newCut(t, resolved)
	if err != nil {
		return nil, err
	}
	if f.watched, err = linksOf(t, telling(g, f.leader.Member)); err != nil {
		return nil, err
	}
	if err := cutAlready(f.watched); err != nil {
		return nil, err
	}
	if err := f.apply(g); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *cut) apply(g chaos.Grudge) error {
	f.grudge, f.at = g, clock.Now()
	heal, err := f.target.Partition(g)
	f.heal = func(context.Context) { heal() }
	return err
}

func linksOf(t chaos.Links, directions []direction) ([]*network.Link, error) {
	var links []*network.Link
	for _, d := range directions {
		l, err := t.PeerLink(d.from, d.to)
		if err != nil {
			return nil, err
		}
		links = append(links, l)
	}
	return links, nil
}

func (f *cut) Resolved() map[string]string { return f.resolved }

func (f *cut) Effective(ctx context.Context) (chaos.Sight, error) {
	seen, err := f.awaitConsequence(ctx)
	if err != nil || len(f.watched) == 0 {
		return seen, err
	}
	held, err := awaitHeldUp(ctx, f.watched)
	return seen.And(held), err
}

// awaitConsequence waits for what raft has to say. Where that is nothing, the cut itself is the effect.
func (f *cut) awaitConsequence(ctx context.Context) (chaos.Sight, error) {
	c := consequenceOf(f.grudge, f.target.Members(), f.leader.Member)
	if c.deposed {
		return f.awaitDeposed(ctx, c.elects)
	}
	seen := chaos.Sight{At: f.at}
	for _, m := range c.lose {
		o, err := f.target.Await(ctx, f.at, func(o chaos.Observation) bool {
			return o.Member == m && o.Kind == chaos.Lost
		})
		if err != nil {
			return chaos.Sight{}, fmt.Errorf("%s did not lose its leader: %w", m, err)
		}
		seen = seen.And(o.Sight())
	}
	return seen, nil
}

// awaitDeposed waits until the old leader has stepped down and, where a member can be elected, another leader is
// followed.
func (f *cut) awaitDeposed(ctx context.Context, elects bool) (chaos.Sight, error) {
	old := f.leader.Member
	lost, err := f.target.Await(ctx, f.at, func(o chaos.Observation) bool {
		// It may hear of its successor before it gives up.
		return o.Member == old && (o.Kind == chaos.Lost || o.Kind == chaos.Changed)
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s did not step down: %w", old, err)
	}
	if !elects {
		return lost.Sight(), nil
	}
	elected, err := awaitSuccessor(ctx, f.target, f.at, old)
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("the others elected no leader: %w", err)
	}
	return lost.Sight().And(elected), nil
}

func (f *cut) Heal(ctx context.Context) error {
	if f.healed == 0 {
		f.flow = flowOf(f.watched)
		f.healed = clock.Now()
	}
	f.heal(ctx)
	return nil
}

func (f *cut) Recovered(ctx context.Context) (chaos.Sight, error) {
	agreed, err := awaitAgreement(ctx, f.target, f.at, f.healed, f.leader)
	if err != nil || len(f.watched) == 0 {
		return agreed, err
	}
	flows, err := f.flow.awaitMore(ctx)
	return agreed.And(flows), err
}
