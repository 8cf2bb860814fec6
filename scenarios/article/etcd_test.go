package article

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"aftershock/harness/cluster"
	"aftershock/internal/slow"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// startCluster boots three members in this process, and a client of each.
func startCluster(t *testing.T) (*cluster.Embedded, *clientv3.Client) {
	t.Helper()
	slow.Alone(t)
	data, err := os.MkdirTemp("/dev/shm", "aftershock-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(data) })
	members, err := cluster.StartEmbedded(patience(t), cluster.Config{
		Members: 3, Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond, DataRoot: data, LogDir: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := members.Close(); err != nil {
			t.Error(err)
		}
	})
	client, err := members.Admin("n1")
	if err != nil {
		t.Fatal(err)
	}
	return members, client
}

// open is a watch and a lease that are open under one context. A member that has no leader for a while ends both, where they
// ask for one, and not the context: then they are opened anew under the same.
type open struct {
	ctx    context.Context
	client *clientv3.Client
	events clientv3.WatchChan
	lease  clientv3.LeaseID
	alive  <-chan *clientv3.LeaseKeepAliveResponse
}

const claimed = "aftershock/claim"

// sees waits until the watch has seen a value that was put at a revision.
func (o *open) sees(t *testing.T, value string, revision int64) {
	t.Helper()
	for until := patience(t); ; {
		select {
		case seen, ok := <-o.events:
			if !ok || errors.Is(seen.Err(), rpctypes.ErrNoLeader) {
				o.events = o.client.Watch(o.ctx, claimed, clientv3.WithRev(revision))
				continue
			}
			if seen.Err() != nil {
				t.Fatalf("the watch ended: %v", seen.Err())
			}
			if slices.ContainsFunc(seen.Events, func(e *clientv3.Event) bool { return string(e.Kv.Value) == value }) {
				return
			}
		case <-until.Done():
			t.Fatalf("the watch does not see %s", value)
		}
	}
}

// renews waits for a renewal that was not seen yet.
func (o *open) renews(t *testing.T) {
	t.Helper()
	for len(o.alive) > 0 {
		<-o.alive
	}
	for until := patience(t); ; {
		select {
		case renewed := <-o.alive:
			if renewed != nil {
				return
			}
			var err error
			if o.alive, err = o.client.KeepAlive(o.ctx, o.lease); err != nil {
				t.Fatalf("the lease is not kept alive: %v", err)
			}
		case <-until.Done():
			t.Fatal("the lease is not renewed")
		}
	}
}

// change makes another member the leader and puts a value under it. On a busy machine a transfer or a write may be refused
// while leaders change, and is tried again.
func change(t *testing.T, members *cluster.Embedded, client *clientv3.Client, round int, value string) (revision int64) {
	t.Helper()
	until := patience(t)
	var err error
	for until.Err() == nil {
		if err = transfer(until, members, round); err != nil {
			continue
		}
		var put *clientv3.PutResponse
		if put, err = client.Put(until, claimed, value); err == nil {
			return put.Header.Revision
		}
	}
	t.Fatalf("change %d: %v", round+1, err)
	return 0
}

func transfer(ctx context.Context, members *cluster.Embedded, round int) error {
	leader, ok := members.Leader()
	if !ok { // Write waits for one
		return errors.Join(errors.New("no leader"), members.Write(ctx))
	}
	to := "n" + strconv.Itoa(1+(round+1)%3)
	if to == leader.Member {
		to = "n" + strconv.Itoa(1+(round+2)%3)
	}
	if err := members.Transfer(ctx, to); err != nil {
		return err
	}
	return members.Write(ctx)
}

// The watch and the lease are open under the context while the leader changes, and both go on.
func TestLeaderChangesCancelNoContext(t *testing.T) {
	members, client := startCluster(t)
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(context.Background()))
	defer cancel()
	lease, err := client.Grant(patience(t), 9) // is renewed every 3 s
	if err != nil {
		t.Fatal(err)
	}
	o := &open{ctx: ctx, client: client, events: client.Watch(ctx, claimed), lease: lease.ID}
	if o.alive, err = client.KeepAlive(ctx, lease.ID); err != nil {
		t.Fatalf("the lease is not kept alive: %v", err)
	}
	o.renews(t)
	for round := range 4 {
		value := strconv.Itoa(round)
		o.sees(t, value, change(t, members, client, round, value))
		if ctx.Err() != nil {
			t.Fatalf("change %d: the context is over: %v", round+1, ctx.Err())
		}
	}
	o.renews(t)
	if ctx.Err() != nil {
		t.Fatalf("the context is over: %v", ctx.Err())
	}
}

func TestADeferredCancelInterruptsNoPut(t *testing.T) {
	_, client := startCluster(t)
	put := func(key string) error {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		_, err := client.Put(ctx, key, "value")
		return err
	}
	const n = 100
	for i := range n {
		if err := put(claimed + "/" + strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	held, err := client.Get(patience(t), claimed+"/", clientv3.WithPrefix(), clientv3.WithCountOnly())
	if err != nil || held.Count != n {
		t.Errorf("%+v, %v, want %d keys", held, err, n)
	}
}

// The answer to a put is held back until its client has given up. The write is there, and under another leader as well.
func TestAWriteThatTimedOutIsKept(t *testing.T) {
	members, admin := startCluster(t)
	address, err := members.Pin("slow", "n1")
	if err != nil {
		t.Fatal(err)
	}
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{address}, Logger: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Put(patience(t), claimed+"/connected", ""); err != nil {
		t.Fatal(err)
	}
	link, err := members.ClientLink("slow")
	if err != nil {
		t.Fatal(err)
	}
	link.Down.Cut()
	defer link.Down.Heal()
	short, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if _, err := client.Put(short, claimed+"/kept", "value"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Put without an answer: %v", err)
	}
	first, _ := members.Leader()
	for _, to := range []string{first.Member, another(members.Members(), first.Member)} {
		if to != first.Member {
			if err := members.Transfer(patience(t), to); err != nil {
				t.Fatal(err)
			}
		}
		got, err := admin.Get(patience(t), claimed+"/kept")
		if err != nil || len(got.Kvs) != 1 || string(got.Kvs[0].Value) != "value" {
			t.Errorf("under %s: %+v, %v", to, got, err)
		}
	}
}

// another is a member that is not this one.
func another(members []string, than string) string {
	return members[(slices.Index(members, than)+1)%len(members)]
}

func TestARequestWithACancelledContextGivesItsError(t *testing.T) {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{"http://127.0.0.1:1"}, Logger: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 2 {
		if _, err := client.Put(ctx, "key", "value"); !errors.Is(err, context.Canceled) {
			t.Errorf("Put: %v", err)
		}
	}
}
