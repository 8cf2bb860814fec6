package serializablerequireleader

import (
	"context"
	"errors"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/harness/cluster"
	"aftershock/internal/slow"
	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

const (
	patient = 20 * time.Second // far above what anything takes here
	again   = 5 * time.Millisecond
)

// dial is how a service dials; the test closes the client.
func dial(t *testing.T) func([]string, func(*clientv3.Config)) (*clientv3.Client, error) {
	return func(links []string, change func(*clientv3.Config)) (*clientv3.Client, error) {
		config := clientv3.Config{Endpoints: links, Logger: zap.NewNop()}
		if change != nil {
			change(&config)
		}
		client, err := clientv3.New(config)
		if err == nil {
			t.Cleanup(func() { _ = client.Close() })
		}
		return client, err
	}
}

// connected gives both arms, reading through one link.
func connected(t *testing.T, link string) (b, a lookups.Reader) {
	t.Helper()
	on := part.Wire{Links: []string{link}, Dial: dial(t)}
	b, a = newBefore(on), newAfter(on)
	if err := errors.Join(b.Connect(), a.Connect()); err != nil {
		t.Fatal(err)
	}
	return b, a
}

// isolate cuts a member off from the others, and waits until it knows of no leader.
func isolate(t *testing.T, c *cluster.Embedded, member, link string) {
	t.Helper()
	grudge := chaos.Grudge{}
	for _, m := range c.Members() {
		if m != member {
			grudge[member] = append(grudge[member], m)
			grudge[m] = []string{member}
		}
	}
	heal, err := c.Partition(grudge)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(heal)
	client, err := dial(t)([]string{link}, func(c *clientv3.Config) { c.MaxUnaryRetries = 1 })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(clientv3.WithRequireLeader(t.Context()), patient)
	defer cancel()
	for !errors.Is(err, rpctypes.ErrNoLeader) && ctx.Err() == nil {
		_, err = client.Get(ctx, "any", clientv3.WithSerializable())
		part.Pause(ctx, again)
	}
	if err := ctx.Err(); err != nil {
		t.Fatalf("%s still has a leader: %v", member, err)
	}
}

func TestOnlyTheRepairReadsWithoutALeaderAndWhatItReadsIsOld(t *testing.T) {
	slow.Alone(t)
	c, err := cluster.StartEmbedded(t.Context(), cluster.Config{
		Members: 3, Tick: 10 * time.Millisecond, Election: 100 * time.Millisecond, DataRoot: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	follower, err := chaos.Resolve(c, "follower.0")
	if err != nil {
		t.Fatal(err)
	}
	link, err := c.Pin("collector", follower)
	if err != nil {
		t.Fatal(err)
	}
	leader, ok := c.Leader()
	if !ok {
		t.Fatal("the cluster has no leader")
	}
	admin, err := c.Admin(leader.Member)
	if err != nil {
		t.Fatal(err)
	}
	put := func(value string) {
		t.Helper()
		if _, err := admin.Put(t.Context(), lookups.Key, value); err != nil {
			t.Fatal(err)
		}
	}
	read := func(from lookups.Reader, within time.Duration) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		return from.Read(ctx)
	}

	before, after := connected(t, link)
	put("old")
	for name, arm := range map[string]lookups.Reader{"before": before, "after": after} {
		value, err := read(arm, patient)
		for err != nil && value == "" && t.Context().Err() == nil { // it may take a moment to reach the follower
			part.Pause(t.Context(), again)
			value, err = read(arm, patient)
		}
		if value != "old" || err != nil {
			t.Errorf("%s reads %q with a leader, %v", name, value, err)
		}
	}

	isolate(t, c, follower, link)
	put("new")
	if value, err := read(before, 200*time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("before reads %q without a leader, %v; the client repeats a refusal until the deadline", value, err)
	}
	if value, err := read(after, patient); value != "old" || err != nil {
		t.Errorf("after reads %q without a leader, %v, want what was there before the partition", value, err)
	}
}
