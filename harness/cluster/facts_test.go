package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/internal/slow"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc/connectivity"
)

// What etcd really does where the harness leans on it, and where the common belief is another: server/v3, client/v3 3.7.3.

// entries is how far raft's log goes, by what the only member of a cluster says.
func entries(t *testing.T, c *clientv3.Client) uint64 {
	t.Helper()
	status, err := statusOf(patience(t), c)
	if err != nil {
		t.Fatal(err)
	}
	return status.RaftIndex
}

// The requests of etcd's API that look, and those among them that are entries of raft's log all the same, each with a sync
// of every WAL (etcdserver/v3_server.go: those that call raftRequest).
func TestSomeRequestsThatOnlyLookAreWrites(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	client := admin(t, c, "n1")
	lease, err := client.Grant(patience(t), 600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Put(patience(t), "aftershock/fact", "1"); err != nil {
		t.Fatal(err)
	}
	fact := clientv3.Compare(clientv3.Value("aftershock/fact"), "=", "2") // it is not
	endpoint := client.Endpoints()[0]
	for _, q := range []struct {
		name string
		adds uint64
		ask  func(context.Context) error
	}{
		{"AlarmList", 1, func(ctx context.Context) error { _, err := client.AlarmList(ctx); return err }},
		{"AuthStatus", 1, func(ctx context.Context) error { _, err := client.AuthStatus(ctx); return err }},
		{"UserList", 1, func(ctx context.Context) error { _, err := client.UserList(ctx); return err }},
		{"RoleList", 1, func(ctx context.Context) error { _, err := client.RoleList(ctx); return err }},
		{"a Delete of nothing", 1, func(ctx context.Context) error { _, err := client.Delete(ctx, "aftershock/none"); return err }},
		{"a Txn that changes nothing", 1, func(ctx context.Context) error {
			_, err := client.Txn(ctx).If(fact).Then(clientv3.OpPut("aftershock/fact", "3")).Commit()
			return err
		}},
		{"Get", 0, func(ctx context.Context) error { _, err := client.Get(ctx, "aftershock/fact"); return err }},
		{"MemberList", 0, func(ctx context.Context) error { _, err := client.MemberList(ctx); return err }},
		{"Status", 0, func(ctx context.Context) error { _, err := client.Status(ctx, endpoint); return err }},
		{"HashKV", 0, func(ctx context.Context) error { _, err := client.HashKV(ctx, endpoint, 0); return err }},
		{"TimeToLive", 0, func(ctx context.Context) error { _, err := client.TimeToLive(ctx, lease.ID); return err }},
		{"KeepAliveOnce", 0, func(ctx context.Context) error { _, err := client.KeepAliveOnce(ctx, lease.ID); return err }},
		{"Leases", 0, func(ctx context.Context) error { _, err := client.Leases(ctx); return err }},
	} {
		before := entries(t, client)
		if err := q.ask(patience(t)); err != nil {
			t.Fatalf("%s: %v", q.name, err)
		}
		if added := entries(t, client) - before; added != q.adds {
			t.Errorf("%s adds %d entries, want %d", q.name, added, q.adds)
		}
	}
}

// Looking at a cluster is no load on its disks: what members are asked beside a trial adds no entry to raft's log.
func TestOurLooksAddNoEntries(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	client := admin(t, c, "n1")
	empty(t, c)
	x, err := AttachExternal(patience(t), externally(c))
	if err != nil {
		t.Fatal(err)
	}
	before := entries(t, client)
	looks := map[string]func() error{
		"agreement": func() error { _, err := c.Agree(patience(t), 10*time.Second); return err },
		"warming":   func() error { return c.control.warm(patience(t), c.Members()) },
		"membership": func() error {
			_, _, err := c.control.find(patience(t), "n1", c.peerURL("n1"))
			return err
		},
	}
	for what, look := range looks {
		for range 3 {
			if err := look(); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
		}
		if added := entries(t, client) - before; added != 0 {
			t.Errorf("%s adds %d entries", what, added)
		}
	}
	time.Sleep(3 * PollInterval) // in which an external cluster is asked who leads
	if added := entries(t, client) - before; added != 0 {
		t.Errorf("polling adds %d entries", added)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}

// A client is no connection: with nothing there, making one has no error, and only a request finds out.
func TestAClientThatWasAskedNothingIsNotConnected(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{address}, DialTimeout: time.Millisecond, Logger: zap.NewNop(),
	})
	if err != nil {
		t.Fatalf("it connects: %v", err)
	}
	defer client.Close()
	if state := client.ActiveConnection().GetState(); state != connectivity.Idle {
		t.Errorf("it is %v", state)
	}
	absent := newControl([]Endpoint{{Member: "n1", ClientURL: "http://" + address}})
	defer absent.close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err = absent.warm(ctx, []string{"n1"})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "connect to member n1: ") {
		t.Errorf("warmed with nothing there: %v", err)
	}
}

func TestTheAdministratorsClientsAreConnectedAfterTheBoot(t *testing.T) {
	slow.Boots(t)
	for name, c := range map[string]Cluster{"processes": start(t, config(t, 3)), "embedded": startEmbedded(t)} {
		for _, m := range c.Members() {
			client, err := c.Admin(m)
			if err != nil {
				t.Fatal(err)
			}
			if state := client.ActiveConnection().GetState(); state != connectivity.Ready {
				t.Errorf("%s: the client of %s is %v", name, m, state)
			}
		}
	}
}

// A read of keys alone says that they have no lease, whatever is true: leases are judged by whole reads.
func TestAReadOfKeysAloneKnowsNoLease(t *testing.T) {
	slow.Boots(t)
	client := admin(t, start(t, config(t, 1)), "n1")
	lease, err := client.Grant(patience(t), 600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Put(patience(t), "aftershock/leased", "", clientv3.WithLease(lease.ID)); err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct {
		want    clientv3.LeaseID
		options []clientv3.OpOption
	}{{lease.ID, nil}, {0, []clientv3.OpOption{clientv3.WithKeysOnly()}}} {
		got, err := client.Get(patience(t), "aftershock/leased", r.options...)
		if err != nil || len(got.Kvs) != 1 || clientv3.LeaseID(got.Kvs[0].Lease) != r.want {
			t.Errorf("%d options: %v, %v, want the lease %x", len(r.options), got, err, r.want)
		}
	}
}

// The quota is looked at again when a write is applied, which puts first and refuses afterwards (etcdserver/apply/quota.go):
// of the writes that are refused first, when several come at a time, some are in the store.
func TestAWriteThatIsRefusedForWantOfSpaceMayBeInTheStore(t *testing.T) {
	slow.Boots(t)
	const writers = 64
	for range 5 { // how many were on their way when the file was full is chance
		shape := config(t, 1)
		shape.Quota = 8 << 20
		client := admin(t, start(t, shape), "n1")
		for _, key := range untilRefused(t, client, writers) {
			got, err := client.Get(patience(t), key, clientv3.WithCountOnly())
			if err != nil {
				t.Fatal(err)
			}
			if got.Count > 0 {
				return
			}
		}
	}
	t.Errorf("none of five times %d refused writes is in the store", writers)
}

// untilRefused has writers write at a time until each is refused for want of space, and gives the keys that were.
func untilRefused(t *testing.T, client *clientv3.Client, writers int) []string {
	t.Helper()
	refused, value := make([]string, writers), strings.Repeat("x", 64<<10)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			for n := 0; refused[i] == "" && !t.Failed(); n++ {
				key := fmt.Sprintf("aftershock/fact/%d/%d", i, n)
				if _, err := client.Put(patience(t), key, value); errors.Is(err, rpctypes.ErrNoSpace) {
					refused[i] = key
				} else if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	return refused
}

// A snapshot that is read slowly has the file grow by what is written meanwhile: bbolt 1.5.0 reuses no page that it needs.
func TestASlowReaderOfASnapshotGrowsTheFile(t *testing.T) {
	slow.Boots(t)
	client := admin(t, start(t, config(t, 1)), "n1")
	value := strings.Repeat("x", 256<<10)
	overwrite := func(times int) {
		t.Helper()
		for range times {
			if _, err := client.Put(patience(t), "aftershock/fact", value); err != nil {
				t.Fatal(err)
			}
		}
	}
	size := func() int64 {
		t.Helper()
		status, err := statusOf(patience(t), client)
		if err != nil {
			t.Fatal(err)
		}
		return status.DbSize
	}
	compact := func() {
		t.Helper()
		got, err := client.Get(patience(t), "aftershock/fact")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Compact(patience(t), got.Header.Revision, clientv3.WithCompactPhysical()); err != nil {
			t.Fatal(err)
		}
	}
	const times, rounds = 8, 6
	cycle := func(beside func()) (grown int64) { // from a file without free pages
		t.Helper()
		overwrite(times)
		compact()
		if _, err := client.Defragment(patience(t), client.Endpoints()[0]); err != nil {
			t.Fatal(err)
		}
		beside()
		before := size()
		for range rounds {
			overwrite(times)
			compact()
			time.Sleep(150 * time.Millisecond) // more than there is between two commits, after which pages are free
		}
		return size() - before
	}
	without := cycle(func() {})
	with := cycle(func() {
		overwrite(times) // more than is on its way to a client that does not read
		stream, err := pb.NewMaintenanceClient(client.ActiveConnection()).Snapshot(patience(t), &pb.SnapshotRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Recv(); err != nil { // it has begun, and nothing more of it is read
			t.Fatal(err)
		}
	})
	if with < without+times<<18 {
		t.Errorf("the file grew by %d bytes beside a slow reader, and by %d without one", with, without)
	}
	t.Logf("the file grew by %d bytes beside a slow reader, and by %d without one", with, without)
}
