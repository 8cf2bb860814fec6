package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"aftershock/internal/clock"
	"aftershock/internal/etcdclient"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

const (
	agreementPoll = 20 * time.Millisecond // between two questions to all members
	// For which one member is waited for: hashing a large history takes a while.
	agreementPerCall = 2 * time.Second
)

// Agreement is the data that all members of a cluster hold in common.
type Agreement struct {
	Members         int
	Revision        int64
	CompactRevision int64
	Hash            uint32 // etcd's HashKV at Revision
	Took            time.Duration
}

// ErrDiverged is for members that hold different data, which is the worst that a store can do. Members that are behind,
// or that cannot be asked, do not agree either, but have not diverged.
var ErrDiverged = errors.New("the members hold different data")

// holding is what one member reports about itself.
type holding struct {
	applied             uint64 // how far it has come in raft's log
	revision, compacted int64
	hash                uint32
	hashed              bool // it was asked for its hash: all were at one revision
	learner             bool // it cannot be asked for its hash, and has to have the others' revision
	corrupt             bool // etcd has found by itself that its data is not the others'
	err                 error
}

func (h holding) String() string {
	switch {
	case h.err != nil:
		return h.err.Error()
	case h.learner:
		return fmt.Sprintf("a learner at revision %d", h.revision)
	case !h.hashed:
		return fmt.Sprintf("revision %d", h.revision)
	}
	return fmt.Sprintf("revision %d, compacted at %d, hash %08x", h.revision, h.compacted, h.hash)
}

// agree asks all members until they serve without an alarm and hold the same: revision, compact revision and hash. The
// error of a bound that has passed says which members held what when they were asked last, and is an ErrDiverged when
// that was different data.
func (c *control) agree(ctx context.Context, members []string, within time.Duration) (Agreement, error) {
	began := clock.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, within, fmt.Errorf("%v have passed", within))
	defer cancel()
	for last := []holding(nil); ; {
		held := c.holdings(ctx, members)
		if same, ok := agreed(held); ok {
			return Agreement{
				Members: len(members), Revision: same.revision, CompactRevision: same.compacted, Hash: same.hash,
				Took: clock.Now().Sub(began),
			}, nil
		}
		if ctx.Err() == nil || last == nil {
			last = held // and not what the end of the bound cut off
		}
		if ended := clock.Sleep(ctx, agreementPoll); ended != nil {
			return Agreement{}, fmt.Errorf("%w: %s: %w", disagreement(last), differing(members, last), ended)
		}
	}
}

// holdings asks all members at the same time: first where they are, and once they are at one revision, for its hash. A
// hash takes as long as the history is large, and those of two revisions cannot be compared.
func (c *control) holdings(ctx context.Context, members []string) []holding {
	held := ask(members, func(i int) holding { return c.status(ctx, members[i]) })
	for _, h := range held {
		if h.err != nil || h.revision != held[0].revision {
			return held
		}
	}
	return ask(members, func(i int) holding { return c.hashed(ctx, members[i], held[i]) })
}

func ask(members []string, one func(i int) holding) []holding {
	held := make([]holding, len(members))
	var group sync.WaitGroup
	for i := range members {
		group.Go(func() { held[i] = one(i) })
	}
	group.Wait()
	return held
}

// status asks over the existing connection. The client's own Status would open one for each question. A connection that
// broke while its member was gone is dialled again within a second (see reconnecting).
func (c *control) status(ctx context.Context, member string) holding {
	client, err := c.client(member)
	if err != nil {
		return holding{err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, agreementPerCall)
	defer cancel()
	status, err := statusOf(ctx, client)
	if err != nil {
		return holding{err: fmt.Errorf("no answer: %w", err)}
	}
	if len(status.Errors) > 0 { // no leader, or an alarm that was not disarmed
		said := strings.Join(status.Errors, ", ")
		return holding{err: errors.New(said), corrupt: strings.Contains(said, pb.AlarmType_CORRUPT.String())}
	}
	return holding{applied: status.RaftAppliedIndex, revision: status.Header.Revision, learner: status.IsLearner}
}

func (c *control) hashed(ctx context.Context, member string, h holding) holding {
	if h.learner {
		return h
	}
	client, err := c.client(member)
	if err != nil {
		return holding{err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, agreementPerCall)
	defer cancel()
	answer, err := pb.NewMaintenanceClient(client.ActiveConnection()).HashKV(ctx,
		&pb.HashKVRequest{Revision: h.revision})
	if err = etcdclient.ContextError(ctx, err); err != nil {
		return holding{err: fmt.Errorf("no hash at revision %d: %w", h.revision, err)}
	}
	h.hash, h.compacted, h.hashed = answer.Hash, answer.CompactRevision, true
	return h
}

// agreed returns what all voting members hold in common, if they agree and every learner has caught up.
func agreed(held []holding) (same holding, ok bool) {
	for _, h := range held {
		switch {
		case h.err != nil || h.revision != held[0].revision:
			return same, false
		case h.learner:
			continue
		case !h.hashed || ok && h.differs(same):
			return same, false
		}
		same, ok = h, true
	}
	return same, ok
}

// disagreement distinguishes members that hold different data from members that are still behind or do not answer.
func disagreement(held []holding) error {
	for i, h := range held {
		if h.corrupt {
			return ErrDiverged
		}
		if slices.ContainsFunc(held[:i], h.diverges) {
			return ErrDiverged
		}
	}
	return errors.New("the members do not agree")
}

// diverges tells whether two members can no longer come to hold the same. Members that have applied the same entries
// must have the same revision and compact revision. What a member that is behind will hold is not known. A hash is of
// one revision and one compaction, and a compaction does not change the revision.
func (h holding) diverges(other holding) bool {
	bothHashed := h.hashed && other.hashed
	switch {
	case h.err != nil || other.err != nil:
		return false
	case h.revision != other.revision, bothHashed && h.compacted != other.compacted:
		return h.applied == other.applied
	}
	return bothHashed && h.hash != other.hash
}

// differs compares what two members hold at one revision.
func (h holding) differs(other holding) bool {
	return h.hash != other.hash || h.compacted != other.compacted
}

// differing groups the members by what they hold: "n1, n3: revision 812, compacted at 0, hash 3b1f0c2d; n2: revision
// 790".
func differing(members []string, held []holding) string {
	var order []string
	by := map[string][]string{}
	for i, h := range held {
		what := h.String()
		if by[what] == nil {
			order = append(order, what)
		}
		by[what] = append(by[what], members[i])
	}
	groups := make([]string, len(order))
	for i, what := range order {
		groups[i] = strings.Join(by[what], ", ") + ": " + what
	}
	return strings.Join(groups, "; ")
}

// Agree asks all members until they hold the same, for as long as is given.
func (c *Processes) Agree(ctx context.Context, within time.Duration) (Agreement, error) {
	return c.control.agree(ctx, c.Members(), within)
}

// Agree asks all members until they hold the same, for as long as is given. Other writers meanwhile are in the way of
// that.
func (x *External) Agree(ctx context.Context, within time.Duration) (Agreement, error) {
	return x.control.agree(ctx, x.Members(), within)
}
