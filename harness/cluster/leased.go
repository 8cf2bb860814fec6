package cluster

import (
	"context"
	"math/rand/v2"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
)

// Leased are the options of a client whose keys lie under a lease of a Claim; none for 0. A put without a lease gets
// that one, and a granted lease gets a number of the claim's. So all keys of a run are known as the run's, and go when
// the run ends, even when it was killed.
func Leased(lease int64) []grpc.DialOption {
	if lease == 0 {
		return nil
	}
	return []grpc.DialOption{leasedBy(func() int64 { return lease })}
}

// leasedBy asks for the lease with each request; while there is none, requests go as they are.
func leasedBy(lease func() int64) grpc.DialOption {
	return grpc.WithChainUnaryInterceptor(func(ctx context.Context, method string, request, reply any,
		c *grpc.ClientConn,
		invoke grpc.UnaryInvoker, options ...grpc.CallOption,
	) error {
		if id := lease(); id != 0 {
			request = under(id, request)
		}
		return invoke(ctx, method, request, reply, c, options...)
	})
}

// under returns a copy of the request with the lease: the client sends the original again when it retries.
func under(lease int64, request any) any {
	switch r := request.(type) {
	case *pb.PutRequest:
		return putUnder(lease, r)
	case *pb.TxnRequest:
		return txnUnder(lease, r)
	case *pb.LeaseGrantRequest:
		if r.GetID() == 0 {
			return &pb.LeaseGrantRequest{ID: number(lease), TTL: r.GetTTL()}
		}
	}
	return request
}

func putUnder(lease int64, r *pb.PutRequest) *pb.PutRequest {
	if r.GetLease() != 0 || r.GetIgnoreLease() {
		return r
	}
	return &pb.PutRequest{
		Key: r.GetKey(), Value: r.GetValue(), Lease: lease, PrevKv: r.GetPrevKv(), IgnoreValue: r.GetIgnoreValue(),
	}
}

func txnUnder(lease int64, r *pb.TxnRequest) *pb.TxnRequest {
	return &pb.TxnRequest{
		Compare: r.GetCompare(), Success: allUnder(lease, r.GetSuccess()), Failure: allUnder(lease, r.GetFailure()),
	}
}

func allUnder(lease int64, requests []*pb.RequestOp) []*pb.RequestOp {
	all := make([]*pb.RequestOp, len(requests))
	for i, r := range requests {
		switch op := r.GetRequest().(type) {
		case *pb.RequestOp_RequestPut:
			r = &pb.RequestOp{Request: &pb.RequestOp_RequestPut{RequestPut: putUnder(lease, op.RequestPut)}}
		case *pb.RequestOp_RequestTxn:
			r = &pb.RequestOp{Request: &pb.RequestOp_RequestTxn{RequestTxn: txnUnder(lease, op.RequestTxn)}}
		}
		all[i] = r
	}
	return all
}

// A claim has a block of 2^32 lease numbers, of which its own lease has the first. etcd's own numbers begin with a
// part of a member's id and the time (etcd/pkg/v3, idutil), and so lie elsewhere.
const blockBits = 32

// newBlock draws the first number of a block.
func newBlock() int64 { return (rand.Int64N(1<<31-1) + 1) << blockBits }

// number draws a number in the block of a lease.
func number(lease int64) int64 { return blockOf(lease) | (rand.Int64N(1<<blockBits-1) + 1) }

func blockOf(lease int64) int64 { return lease >> blockBits << blockBits }
