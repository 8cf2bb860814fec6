// Package scripted is an etcd client without an etcd: what becomes of each of its writes is said by a script. It is for
// tests of code that has to live with answers which a real member gives rarely, and never when it is asked to. Nothing
// leaves the process.
package scripted

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

// Answer is what becomes of one attempt on the wire. It may commit the write, and returns what the client is told.
type Answer func(ctx context.Context, commit func()) error

// Commits commits the write and says so.
func Commits(_ context.Context, commit func()) error { commit(); return nil }

// Hangs commits nothing and never answers.
func Hangs(ctx context.Context, _ func()) error {
	<-ctx.Done()
	return status.FromContextError(ctx.Err()).Err()
}

// LosesTheReply commits the write, and its answer never arrives.
func LosesTheReply(ctx context.Context, commit func()) error {
	commit()
	return Hangs(ctx, commit)
}

// Late commits the write, and answers when the attempt's deadline is over; at once where it has none. So it does not
// depend on how busy the machine is.
func Late(ctx context.Context, commit func()) error {
	commit()
	if _, bounded := ctx.Deadline(); bounded {
		return Hangs(ctx, commit)
	}
	return nil
}

// Refuses commits nothing, and answers with a gRPC error such as rpctypes.ErrGRPCNoLeader.
func Refuses(err error) Answer { return func(context.Context, func()) error { return err } }

// Store is what the client has written.
type Store struct {
	mu       sync.Mutex
	script   []Answer
	attempts int
	revision int64 // of the newest write; the first one makes 2, as on a new cluster
	keys     map[string]string
	modified map[string]int64 // key -> the revision of its newest write
}

// Client gives a client whose n-th attempt meets the n-th answer of the script, and every later one the last; without a
// script all is committed. It is etcd's own client, with the repetitions that it makes by itself. The caller closes it.
//
// It knows Put, Range of one key, and a Txn that puts keys if other keys are not there.
func Client(script ...Answer) (*clientv3.Client, *Store, error) {
	s := &Store{script: script, revision: 1, keys: map[string]string{}, modified: map[string]int64{}}
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{"127.0.0.1:1"}, Logger: zap.NewNop(),
		DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(s.intercept)},
	})
	return client, s, err
}

// Keys are those that were committed, with their values.
func (s *Store) Keys() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.keys)
}

// Attempts is how often something was to be written.
func (s *Store) Attempts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempts
}

func (s *Store) intercept(
	ctx context.Context, method string, request, reply any, _ *grpc.ClientConn, _ grpc.UnaryInvoker,
	_ ...grpc.CallOption,
) error {
	return s.next()(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch r := request.(type) {
		case *etcdserverpb.PutRequest:
			s.revision++
			s.put(r)
			reply.(*etcdserverpb.PutResponse).Header = s.header()
		case *etcdserverpb.TxnRequest:
			answer := reply.(*etcdserverpb.TxnResponse)
			answer.Succeeded = s.txn(r)
			answer.Header = s.header()
		case *etcdserverpb.RangeRequest:
			answer := reply.(*etcdserverpb.RangeResponse)
			answer.Header, answer.Kvs = s.header(), s.find(string(r.Key))
		default:
			panic(fmt.Sprintf("scripted: %s is not known", method))
		}
	})
}

func (s *Store) next() Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts++
	if len(s.script) == 0 {
		return Commits
	}
	return s.script[min(s.attempts, len(s.script))-1]
}

// txn puts its keys if none of those that it compares is there.
func (s *Store) txn(r *etcdserverpb.TxnRequest) (succeeded bool) {
	for _, c := range r.Compare {
		if _, there := s.keys[string(c.Key)]; there {
			return false
		}
	}
	s.revision++
	for _, do := range r.Success {
		s.put(do.GetRequestPut())
	}
	return true
}

func (s *Store) put(r *etcdserverpb.PutRequest) {
	s.keys[string(r.Key)], s.modified[string(r.Key)] = string(r.Value), s.revision
}

func (s *Store) header() *etcdserverpb.ResponseHeader {
	return &etcdserverpb.ResponseHeader{Revision: s.revision}
}

// find gives the key of that name; none when it is not there.
func (s *Store) find(key string) []*mvccpb.KeyValue {
	value, there := s.keys[key]
	if !there {
		return nil
	}
	return []*mvccpb.KeyValue{{Key: []byte(key), Value: []byte(value), ModRevision: s.modified[key]}}
}
