package records

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/harness/cluster"
	"aftershock/internal/slow"
	"aftershock/scenarios/collector/part"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
)

// Pages cost a member the square of the number of keys (server/v3 3.7.3, storage/mvcc/index.go): one read finds the
// same.
func TestAnAuditIsOneReadAndFindsWhatPagesFind(t *testing.T) {
	client, reads := counted(t)
	const all = 1500 // a page was 1000
	for n := range all {
		id := fmt.Sprintf("%08d", n)
		keys := []string{Prefix + id}
		if n%7 == 0 { // a copy under another key
			keys = append(keys, Prefix+"again/"+id)
		}
		for _, key := range keys {
			if _, err := client.Put(t.Context(), key, id+" is to be kept once"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := client.Put(t.Context(), part.Prefix+"snapshot", "00000001 is not a record"); err != nil {
		t.Fatal(err)
	}
	paged := pages(t, client)
	reads.Store(0)
	r := records{Base: part.Base{Truth: func() (*clientv3.Client, error) { return client, nil }}}
	found, err := r.find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(found, paged) || len(found) != all || found["00000007"] != 2 || found["00000008"] != 1 {
		t.Errorf("%d records are found, %d by pages, of %d", len(found), len(paged), all)
	}
	if n := reads.Load(); n != 1 {
		t.Errorf("%d reads", n)
	}
}

// clientv3.New connects nothing and has no error with nothing there (client/v3 3.7.3, client.go): a first record would
// carry look-up, connection and handshake, and a service would start with its cluster down.
func TestTheRecordsClientIsConnectedBeforeTheFirstRecord(t *testing.T) {
	there, _ := counted(t)
	absent, err := clientv3.New(clientv3.Config{Endpoints: []string{"127.0.0.1:1"}, Logger: zap.NewNop()})
	if err != nil {
		t.Fatalf("it connects: %v", err)
	}
	t.Cleanup(func() { _ = absent.Close() })
	for _, c := range []struct {
		client *clientv3.Client
		want   string
	}{{there, ""}, {absent, "records: connect: context deadline exceeded"}} {
		dial := func([]string, func(*clientv3.Config)) (*clientv3.Client, error) { return c.client, nil }
		on := part.Base{Wire: part.Wire{Links: []string{"a link"}, Dial: dial}}
		r := newRecords(on, func(part.Wire) Writer { return nil })
		patience := 10 * time.Second
		if c.want != "" {
			patience = 50 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		err := r.Start(ctx)
		cancel()
		if (c.want == "") != (err == nil) || err != nil && err.Error() != c.want {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	if state := there.ActiveConnection().GetState(); state != connectivity.Ready {
		t.Errorf("the client is %v", state)
	}
}

// pages counts the copies of each record a hundred keys at a time.
func pages(t *testing.T, client *clientv3.Client) map[string]uint64 {
	t.Helper()
	found, end := map[string]uint64{}, clientv3.GetPrefixRangeEnd(Prefix)
	for from := Prefix; ; {
		page, err := client.Get(t.Context(), from, clientv3.WithRange(end), clientv3.WithLimit(100))
		if err != nil {
			t.Fatal(err)
		}
		for _, kv := range page.Kvs {
			id, _, _ := strings.Cut(string(kv.Value), " ")
			found[id]++
			from = string(kv.Key) + "\x00"
		}
		if !page.More {
			return found
		}
	}
}

// counted is a client of a member of this test's own, and how often it has read.
func counted(t *testing.T) (*clientv3.Client, *atomic.Int64) {
	t.Helper()
	slow.Alone(t)
	c, err := cluster.StartEmbedded(t.Context(), cluster.Config{
		Members: 1, Tick: 10 * time.Millisecond, Election: 100 * time.Millisecond, DataRoot: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	reads := &atomic.Int64{}
	count := func(ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, do grpc.UnaryInvoker, o ...grpc.CallOption) error {
		if method == pb.KV_Range_FullMethodName {
			reads.Add(1)
		}
		return do(ctx, method, request, reply, conn, o...)
	}
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{c.Endpoints()[0].ClientURL}, Logger: zap.NewNop(), Context: t.Context(),
		DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(count)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() }) // its context has ended
	return client, reads
}
