package article

import (
	"context"
	"errors"
	"os"
	"strconv"
	"testing"
	"time"

	"aftershock/harness/cluster"

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

// The watch and the lease are open under the context while the leader changes, and both go on.
func TestLeaderChangesCancelNoContext(t *testing.T) {
	members, client := startCluster(t)
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(context.Background()))
	defer cancel()
	events := client.Watch(ctx, "aftershock/claim")
	lease, err := client.Grant(patience(t), 30)
	if err != nil {
		t.Fatal(err)
	}
	alive, err := client.KeepAlive(ctx, lease.ID)
	if err != nil || <-alive == nil {
		t.Fatalf("the lease is not kept alive: %v", err)
	}
	for round := range 4 {
		leader, ok := members.Leader()
		if !ok {
			t.Fatal("no leader")
		}
		to := "n" + strconv.Itoa(1+(round+1)%3)
		if to == leader.Member {
			to = "n" + strconv.Itoa(1+(round+2)%3)
		}
		if err := members.Transfer(patience(t), to); err != nil {
			t.Fatal(err)
		}
		if err := members.Write(patience(t)); err != nil {
			t.Fatal(err)
		}
		value := strconv.Itoa(round)
		if _, err := client.Put(patience(t), "aftershock/claim", value); err != nil {
			t.Fatal(err)
		}
		seen := <-events
		if ctx.Err() != nil || seen.Err() != nil || len(seen.Events) != 1 || string(seen.Events[0].Kv.Value) != value {
			t.Fatalf("change %d: context %v, watch %v, %v", round+1, ctx.Err(), seen.Err(), seen.Events)
		}
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
		if err := put("aftershock/claim/" + strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	held, err := client.Get(patience(t), "aftershock/claim/", clientv3.WithPrefix(), clientv3.WithCountOnly())
	if err != nil || held.Count != n {
		t.Errorf("%+v, %v, want %d keys", held, err, n)
	}
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
