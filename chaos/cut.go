package chaos

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"aftershock/chaos/network"
	"aftershock/internal/clock"
)

// cut is a partition that holds: the life that most partitions share.
//
// Its effect is observed in what raft must say under the grudge (consequence) and, where links are watched, in bytes
// that they hold up. It is over when all members follow one leader and the watched links pass bytes.
type cut struct {
	target   Target
	leader   Leadership // when it began
	resolved map[string]string
	grudge   Grudge
	watched  []*network.Link

	at, healed clock.Nanos
	flow       flow // over the watched links, before they were healed
	heal       func(context.Context)
}

// newCut prepares a partition of a cluster that has a leader. Without a leader there would be nothing to cut off, and
// nothing that raft must do. newCut adds the leader and its term to what was resolved.
func newCut(t Target, resolved map[string]string) (*cut, error) {
	leader, ok := t.Leader()
	if !ok {
		return nil, ErrNoLeader
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
func partition(t Target, g Grudge, resolved map[string]string) (Ongoing, error) {
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
func watchedPartition(t Target, g Grudge, resolved map[string]string) (Ongoing, error) {
	f, err := newCut(t, resolved)
	if err != nil {
		return nil, err
	}
	if f.watched, err = linksOf(t, g.telling(f.leader.Member)); err != nil {
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

func (f *cut) apply(g Grudge) error {
	f.grudge, f.at = g, clock.Now()
	heal, err := f.target.Partition(g)
	f.heal = func(context.Context) { heal() }
	return err
}

func linksOf(t Wires, directions []direction) ([]*network.Link, error) {
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

func (f *cut) Effective(ctx context.Context) (Sight, error) {
	seen, err := f.awaitConsequence(ctx)
	if err != nil || len(f.watched) == 0 {
		return seen, err
	}
	held, err := awaitHeldUp(ctx, f.watched)
	return seen.and(held), err
}

// awaitConsequence waits for what raft has to say. Where that is nothing, the cut itself is the effect.
func (f *cut) awaitConsequence(ctx context.Context) (Sight, error) {
	c := f.grudge.consequence(f.target.Members(), f.leader.Member)
	if c.deposed {
		return f.awaitDeposed(ctx, c.elects)
	}
	seen := Sight{At: f.at}
	for _, m := range c.lose {
		o, err := f.target.Await(ctx, f.at, func(o Observation) bool { return o.Member == m && o.Kind == Lost })
		if err != nil {
			return Sight{}, fmt.Errorf("%s did not lose its leader: %w", m, err)
		}
		seen = seen.and(o.sight())
	}
	return seen, nil
}

// awaitDeposed waits until the old leader has stepped down and, where a member can be elected, another leader is
// followed.
func (f *cut) awaitDeposed(ctx context.Context, elects bool) (Sight, error) {
	old := f.leader.Member
	lost, err := f.target.Await(ctx, f.at, func(o Observation) bool {
		return o.Member == old && (o.Kind == Lost || o.Kind == Changed) // it may hear of its successor before it gives up
	})
	if err != nil {
		return Sight{}, fmt.Errorf("%s did not step down: %w", old, err)
	}
	if !elects {
		return lost.sight(), nil
	}
	elected, err := f.target.Await(ctx, f.at, func(o Observation) bool {
		return o.Member != old && o.Leader != old && o.Follows(o.Leader)
	})
	if err != nil {
		return Sight{}, fmt.Errorf("the others elected no leader: %w", err)
	}
	return lost.sight().and(elected.sight()), nil
}

func (f *cut) Heal(ctx context.Context) error {
	if f.healed == 0 {
		f.flow = flowOf(f.watched)
		f.healed = clock.Now()
	}
	f.heal(ctx)
	return nil
}

func (f *cut) Recovered(ctx context.Context) (Sight, error) {
	agreed, err := awaitAgreement(ctx, f.target, f.at, f.healed, f.leader)
	if err != nil || len(f.watched) == 0 {
		return agreed, err
	}
	flows, err := f.flow.awaitMore(ctx)
	return agreed.and(flows), err
}

// and joins two sights; its moment is the later one.
func (s Sight) and(other Sight) Sight {
	s.At = max(s.At, other.At)
	if s.Saw != "" {
		s.Saw += ", "
	}
	s.Saw += other.Saw
	return s
}
