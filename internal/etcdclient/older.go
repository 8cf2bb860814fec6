//go:build withoutserver

package etcdclient

import (
	"context"
	"errors"
	"reflect"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// TryOnce makes a client send each request once, where it has the setting: what is built so may have any client.
func TryOnce(c *clientv3.Config) {
	if tries := reflect.ValueOf(c).Elem().FieldByName("MaxUnaryRetries"); tries.IsValid() {
		tries.SetUint(1)
	}
}

// The rest is for the orchestrator. No trial calls it in a worker, which plays no fault and boots no members.

var errOlder = errors.New("this program was built for an older client of etcd (go build -tags withoutserver)")

// ContextError changes nothing.
func ContextError(_ context.Context, err error) error { return err }

// Members refuses.
func Members(context.Context, *clientv3.Client) (*clientv3.MemberListResponse, error) {
	return nil, errOlder
}

// Quota is not known.
func Quota(*clientv3.StatusResponse) int64 { return 0 }

// StorageVersion is not known.
func StorageVersion(*clientv3.StatusResponse) string { return "" }

// EnableDowngrade refuses.
func EnableDowngrade(context.Context, *clientv3.Client, string) error { return errOlder }
