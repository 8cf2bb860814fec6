package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/internal/slow"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// claimed takes hold of a cluster for a run.
func claimed(t *testing.T, c Config) (Config, *Claim) {
	t.Helper()
	claim, err := ClaimExternal(patience(t), *c.External)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := claim.Close(); err != nil {
			t.Error(err)
		}
	})
	held := *c.External
	held.Claim = claim
	return Config{Members: c.Members, External: &held}, claim
}

// leases lists the leases of a cluster.
func leases(t *testing.T, client *clientv3.Client) (all []int64) {
	t.Helper()
	answer, err := client.Leases(patience(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range answer.Leases {
		all = append(all, int64(l.ID))
	}
	return all
}

func TestNoTwoRunsHoldOneCluster(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 1)
	free := externally(theirs)
	mine, claim := claimed(t, free)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	_, surveyed := SurveyExternal(patience(t), free)
	_, second := ClaimExternal(patience(t), *free.External)
	_, attached := AttachExternal(patience(t), free)
	for what, err := range map[string]error{"survey": surveyed, "claim": second, "attachment": attached} {
		want := fmt.Sprintf("a run on %s, process %d, has held it since %d", host, os.Getpid(), time.Now().UTC().Year())
		if !errors.Is(err, ErrHeld) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", what, err, want)
		}
	}
	for range 2 { // trials
		x, err := AttachExternal(patience(t), mine)
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
		if got := keys(t, theirs); !slices.Equal(got, []string{OwnerKey}) {
			t.Errorf("a trial left %q", got)
		}
	}
	if err := claim.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := SurveyExternal(patience(t), free); err != nil {
		t.Errorf("after the run: %v", err)
	}
}

// While a run was stopped, its lease may have run out.
func TestAClaimThatWasLostIsTakenAgain(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 1)
	mine, claim := claimed(t, externally(theirs))
	client, err := theirs.Admin("n1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Revoke(patience(t), clientv3.LeaseID(claim.block)); err != nil {
		t.Fatal(err)
	}
	x, err := AttachExternal(patience(t), mine)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if _, err := client.Put(patience(t), OwnerKey, `{"host": "another", "pid": 7}`); err != nil {
		t.Fatal(err)
	}
	if _, err := AttachExternal(patience(t), mine); !errors.Is(err, ErrHeld) ||
		!strings.Contains(err.Error(), "another, process 7") {
		t.Errorf("held by another: %v", err)
	}
	put(t, theirs, OwnerKey)
	if _, err := AttachExternal(patience(t), mine); !errors.Is(err, ErrHeld) ||
		!strings.Contains(err.Error(), "that no run has written") {
		t.Errorf("held by its owner: %v", err)
	}
	empty(t, theirs)
}

// Whatever lies below our prefix and is not the run's stays as it is, whatever is allowed.
func TestKeysBelowThePrefixThatAreNotOurs(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 1)
	const theirKey = chaos.Prefix + "collector/latest"
	put(t, theirs, theirKey)
	c := externally(theirs)
	c.External.ForeignKeys = true
	_, err := AttachExternal(patience(t), c)
	if want := `keys below aftershock/, where a run writes (1, one is "` + theirKey + `")`; err == nil ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q in it", err, want)
	}
	if got := keys(t, theirs); !slices.Equal(got, []string{theirKey}) {
		t.Errorf("an attachment that was refused left %q", got)
	}
	empty(t, theirs)
	x, err := AttachExternal(patience(t), c)
	if err != nil {
		t.Fatal(err)
	}
	put(t, theirs, theirKey)
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if got := keys(t, theirs); !slices.Equal(got, []string{theirKey}) {
		t.Errorf("what was written beside the attachment: %q", got)
	}
}

// All that a run writes goes with its leases: by administrators, by workers' clients, in transactions, under leases
// of its own.
func TestAllThatARunWritesLiesUnderItsLeases(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 1)
	mine, claim := claimed(t, externally(theirs))
	owner, err := theirs.Admin("n1")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := owner.Grant(patience(t), 100)
	if err != nil {
		t.Fatal(err)
	}
	x, err := AttachExternal(patience(t), mine)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := x.Admin("n1")
	if err != nil {
		t.Fatal(err)
	}
	workers, err := clientv3.New(clientv3.Config{Endpoints: endpoints(theirs), DialOptions: Leased(claim.Lease())})
	if err != nil {
		t.Fatal(err)
	}
	defer workers.Close()
	for i, client := range []*clientv3.Client{admin, workers} {
		writeInEveryWay(t, client, fmt.Sprint(chaos.Prefix, i, "/"))
	}
	got, err := owner.Get(patience(t), chaos.Prefix, clientv3.WithPrefix())
	if err != nil || len(got.Kvs) != 2*5+2 {
		t.Errorf("%d keys, %v", len(got.Kvs), err)
	}
	for _, kv := range got.Kvs {
		if kv.Lease == 0 || blockOf(kv.Lease) != claim.block {
			t.Errorf("%s has lease %x, and the run's begin with %x", kv.Key, kv.Lease, claim.block)
		}
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if got := leases(t, owner); len(got) != 2 || !slices.Contains(got, claim.block) ||
		!slices.Contains(got, int64(kept.ID)) {
		t.Errorf("after the trial there are leases %x", got)
	}
	if err := claim.Close(); err != nil {
		t.Error(err)
	}
	if got := leases(t, owner); len(got) != 1 || len(keys(t, theirs)) != 0 {
		t.Errorf("after the run there are leases %x and keys %q", got, keys(t, theirs))
	}
}

// writeInEveryWay leaves five keys.
func writeInEveryWay(t *testing.T, client *clientv3.Client, below string) {
	t.Helper()
	ctx := patience(t)
	own, err := client.Grant(ctx, 60)
	if err != nil {
		t.Fatal(err)
	}
	_, plain := client.Put(ctx, below+"plain", "1")
	_, leased := client.Put(ctx, below+"leased", "1", clientv3.WithLease(own.ID))
	_, again := client.Put(ctx, below+"leased", "2", clientv3.WithIgnoreLease())
	_, then := client.Txn(ctx).Then(clientv3.OpPut(below+"then", "1"),
		clientv3.OpTxn(nil, []clientv3.Op{clientv3.OpPut(below+"nested", "1"), clientv3.OpGet(below)}, nil)).Commit()
	_, otherwise := client.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision(below+"none"), ">", 0)).
		Else(clientv3.OpPut(below+"else", "1"), clientv3.OpDelete(below+"none")).Commit()
	if err := errors.Join(plain, leased, again, then, otherwise); err != nil {
		t.Fatal(err)
	}
	got, err := client.Get(ctx, below+"leased")
	if err != nil || len(got.Kvs) != 1 || got.Kvs[0].Lease != int64(own.ID) || string(got.Kvs[0].Value) != "2" {
		t.Errorf("a key under a lease of its own: %v, %v", got, err)
	}
}

// A client sends one request again when it retries: it is not changed under its hands.
func TestRequestsAreGivenAnew(t *testing.T) {
	block := newBlock()
	put := &pb.PutRequest{Key: []byte("k"), Value: []byte("v"), PrevKv: true}
	if got := under(block|1, put).(*pb.PutRequest); got.Lease != block|1 || put.Lease != 0 ||
		string(got.Key) != "k" || string(got.Value) != "v" || !got.PrevKv {
		t.Errorf("%v of %v", got, put)
	}
	request := &pb.LeaseGrantRequest{TTL: 7}
	one, two := under(block|1, request).(*pb.LeaseGrantRequest), under(block|1, request).(*pb.LeaseGrantRequest)
	if one.ID == two.ID || blockOf(one.ID) != block || one.TTL != 7 || request.ID != 0 {
		t.Errorf("%v and %v of %v", one, two, request)
	}
	for _, kept := range []any{&pb.LeaseGrantRequest{ID: 5}, &pb.PutRequest{Lease: 5},
		&pb.PutRequest{IgnoreLease: true}, &pb.RangeRequest{}} {
		if under(block|1, kept) != kept {
			t.Errorf("%v was changed", kept)
		}
	}
	if Leased(0) != nil {
		t.Error("a client without a lease has options")
	}
	var none *Claim
	if none.Lease() != 0 {
		t.Error("no claim has a lease")
	}
}

// A run that was interrupted before it had the cluster holds nothing.
func TestAClaimThatIsCutShort(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ClaimExternal(ctx, *externally(theirs).External); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := ClaimExternal(patience(t), ExternalConfig{}); err == nil ||
		!strings.Contains(err.Error(), "needs endpoints") {
		t.Errorf("without endpoints: %v", err)
	}
	if got := keys(t, theirs); len(got) != 0 {
		t.Errorf("it left %q", got)
	}
}
