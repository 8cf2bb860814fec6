package collector

import (
	"context"

	"aftershock/results/ops"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
)

// watchAttempts has a client count what becomes of each attempt that it makes, those that etcd's client repeats by itself
// included: its own interceptor goes around this one. So it counts alike in both arms, whatever they make of an error.
func watchAttempts(count Count) func(*clientv3.Config) {
	watch := func(ctx context.Context, method string, request, reply any, on *grpc.ClientConn, invoke grpc.UnaryInvoker,
		options ...grpc.CallOption) error {
		err := invoke(ctx, method, request, reply, on, options...)
		switch known := rpctypes.Error(err); {
		case known == nil:
		case dropped(known):
			count(ProposalsDropped, 1)
		case classify(known) == ops.Ambiguous:
			count(AmbiguousWrites, 1)
		}
		return err
	}
	return func(c *clientv3.Config) { c.DialOptions = append(c.DialOptions, grpc.WithChainUnaryInterceptor(watch)) }
}
