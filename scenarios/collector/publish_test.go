package collector_test

import (
	"slices"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// administrator is a client past all links.
func administrator(t *testing.T, endpoint string) *clientv3.Client {
	t.Helper()
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, Logger: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

func publish(service harness.Service, patience time.Duration) load.Op {
	op := load.Op{Deadline: clock.Now().Add(patience)}
	service.Operation(collector.PublishStream)(&op)
	return op
}

func TestPublishWritesTheNewestBatch(t *testing.T) {
	c := boot(t, 1)
	var newest map[uint64]uint64
	service := start(t, around(t, c, "n1"), watch(repaired(), func(b *collector.Batch) { newest = hashed(b.Values) }))
	for range 3 {
		if !service.Batch() {
			t.Fatal("a batch is not complete")
		}
	}
	op := publish(service, 10*time.Second)
	if op.Reason != ops.NoReason || op.Flags != 0 || op.Aux <= 0 {
		t.Fatalf("%+v", op)
	}

	client := administrator(t, c.Endpoints()[0].ClientURL)
	got, err := client.Get(t.Context(), collector.SnapshotKey)
	if err != nil || len(got.Kvs) != 1 {
		t.Fatalf("%d snapshots, %v", len(got.Kvs), err)
	}
	read, err := collector.ReadSnapshot(got.Kvs[0].Value)
	if err != nil || len(read) != series {
		t.Fatalf("%d series, %v", len(read), err)
	}
	compareBits(t, bits(read), newest)
	lease, err := client.TimeToLive(t.Context(), clientv3.LeaseID(got.Kvs[0].Lease), clientv3.WithAttachedKeys())
	if err != nil || lease.TTL <= 0 {
		t.Fatalf("the lease of the snapshot is %+v, %v", lease, err)
	}
	var keys []string
	for _, k := range lease.Keys {
		keys = append(keys, string(k))
	}
	slices.Sort(keys)
	if !slices.Equal(keys, []string{"aftershock/collector/members/1", collector.SnapshotKey}) {
		t.Errorf("under the lease are %q", keys)
	}
}

func TestTheAgeOfASnapshotCountsFromItsBuilding(t *testing.T) {
	var built clock.Nanos
	service := start(t, around(t, boot(t, 1), "n1"), watch(repaired(), func(b *collector.Batch) { built = b.Built }))
	service.Batch()
	least := int64(clock.Now() - built)
	op := publish(service, 10*time.Second)
	if most := int64(clock.Now() - built); op.Aux < least || op.Aux > most {
		t.Errorf("the age is %d ns, and lies between %d and %d", op.Aux, least, most)
	}
	again := publish(service, 10*time.Second)
	if again.Aux <= op.Aux {
		t.Errorf("the same batch ages from %d to %d ns", op.Aux, again.Aux)
	}
}

func TestPublishThatFails(t *testing.T) {
	service := start(t, around(t, boot(t, 1), "n1"), repaired())
	if op := publish(service, 10*time.Second); op.Reason != ops.Error || op.Aux != 0 {
		t.Errorf("before the first batch: %+v", op)
	}
	service.Batch()
	if op := publish(service, -time.Second); op.Reason != ops.Ambiguous || op.Aux != 0 {
		t.Errorf("after its deadline: %+v", op)
	}
}
