package part

// The methods of etcd's API that parts observe. etcd's own names for them (etcdserverpb, KV_Range_FullMethodName) came
// with 3.6, and a worker may be built with an older client; a test holds the two against each other.
const (
	Range          = "/etcdserverpb.KV/Range"
	Put            = "/etcdserverpb.KV/Put"
	Txn            = "/etcdserverpb.KV/Txn"
	Watch          = "/etcdserverpb.Watch/Watch"
	LeaseGrant     = "/etcdserverpb.Lease/LeaseGrant"
	LeaseKeepAlive = "/etcdserverpb.Lease/LeaseKeepAlive"
)
