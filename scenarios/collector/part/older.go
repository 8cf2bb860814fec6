//go:build withoutserver

package part

import (
	"reflect"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// TryOnce makes a client of etcd send each request once, where it has the setting for that: what is built so may have a
// client older than 3.6, which has none and goes on repeating.
func TryOnce(c *clientv3.Config) {
	if tries := reflect.ValueOf(c).Elem().FieldByName("MaxUnaryRetries"); tries.IsValid() {
		tries.SetUint(1)
	}
}
