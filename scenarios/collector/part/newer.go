//go:build !withoutserver

package part

import clientv3 "go.etcd.io/etcd/client/v3"

// TryOnce makes a client of etcd send each request once, where it has the setting for that (since 3.6). Otherwise it
// repeats one up to a hundred times, 25 ms apart, and says nothing of it.
func TryOnce(c *clientv3.Config) { c.MaxUnaryRetries = 1 }
