package records

import (
	"context"
	"sync/atomic"

	"aftershock/results/ops"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/etcderr"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/stats"
)

// see counts what becomes of each attempt of a write. So it counts alike in both arms, whatever they make of an error.
func (r *records) see(a *part.Attempt, event stats.RPCStats) {
	switch event := event.(type) {
	case *stats.OutHeader:
		r.Count(Attempts, 1)
	case *stats.End:
		if a.Sent() {
			r.ended(a.Context, rpctypes.Error(event.Error))
		}
	}
}

func (r *records) ended(ctx context.Context, err error) {
	switch {
	case etcderr.Dropped(err):
		r.Count(ProposalsDropped, 1)
		if met, ok := ctx.Value(fateKey{}).(*fate); ok {
			met.dropped.Store(true)
		}
	case etcderr.ClassifyWrite(err) == ops.Ambiguous:
		r.Count(Ambiguous, 1)
	}
}

// fate is what the attempts to write one record have met.
type fate struct{ dropped atomic.Bool }

type fateKey struct{}

// withFate is a context under which attempts note what they meet.
func withFate(ctx context.Context) (context.Context, *fate) {
	met := &fate{}
	return context.WithValue(ctx, fateKey{}, met), met
}
