package article

import (
	"context"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// kept is a key under a lease that is renewed until the context ends.
func kept(ctx context.Context, t *testing.T, client *clientv3.Client, key string, ttl time.Duration,
) <-chan *clientv3.LeaseKeepAliveResponse {
	t.Helper()
	lease, err := client.Grant(ctx, int64(ttl/time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Put(ctx, key, "here", clientv3.WithLease(lease.ID)); err != nil {
		t.Fatal(err)
	}
	renewals, err := client.KeepAlive(ctx, lease.ID)
	if err != nil {
		t.Fatal(err)
	}
	return renewals
}

func holds(t *testing.T, client *clientv3.Client, key string) bool {
	t.Helper()
	got, err := client.Get(patience(t), key, clientv3.WithCountOnly())
	if err != nil {
		t.Fatal(err)
	}
	return got.Count > 0
}

// The article's lease, at a tenth of its scale: 3 s for its 30 s, on a cluster to which nothing happens. Beside it
// is one that is bounded by nothing. Trials at full scale are those of registration-bounded, which are too long for
// the suite.
func TestATimeOutOnTheRenewalsLosesTheKey(t *testing.T) {
	const tenth, ttl = 3 * time.Second, 2 * time.Second
	_, client := startCluster(t)
	service, stop := context.WithCancel(t.Context())
	defer stop()
	lease, cancel := context.WithTimeout(service, tenth)
	defer cancel()
	unbounded := kept(service, t, client, claimed+"/unbounded", ttl)
	renewed := 0
	for range kept(lease, t, client, claimed+"/bounded", ttl) {
		renewed++
	}
	if renewed == 0 || lease.Err() == nil {
		t.Errorf("renewed %d times, and the renewals end before their context, with %v", renewed, lease.Err())
	}
	until := patience(t)
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for holds(t, client, claimed+"/bounded") {
		select {
		case <-look.C:
		case <-until.Done():
			t.Fatal("the key is still there, and is not renewed")
		}
	}
	for len(unbounded) > 0 {
		if <-unbounded == nil {
			t.Error("the lease beside it has ended as well")
			break
		}
	}
	if !holds(t, client, claimed+"/unbounded") {
		t.Error("the key beside it, whose renewals nothing bounds, is gone")
	}
}
