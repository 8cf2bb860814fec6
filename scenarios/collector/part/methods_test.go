package part

import (
	"testing"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

func TestMethodsAreEtcds(t *testing.T) {
	for ours, etcds := range map[string]string{
		Range: pb.KV_Range_FullMethodName, Put: pb.KV_Put_FullMethodName, Txn: pb.KV_Txn_FullMethodName,
		Watch: pb.Watch_Watch_FullMethodName, LeaseGrant: pb.Lease_LeaseGrant_FullMethodName,
		LeaseKeepAlive: pb.Lease_LeaseKeepAlive_FullMethodName,
	} {
		if ours != etcds {
			t.Errorf("%s is %s", ours, etcds)
		}
	}
}
