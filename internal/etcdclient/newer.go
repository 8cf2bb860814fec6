//go:build !withoutserver

// Package etcdclient is what etcd's client has had since 3.6, for packages that are built with an older one as well:
// those of a worker, with the tag withoutserver.
package etcdclient

import (
	"context"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// ContextError makes an error of gRPC that only says that ctx is done ctx's own.
func ContextError(ctx context.Context, err error) error { return clientv3.ContextError(ctx, err) }

// TryOnce makes a client send each request once. An older one has no setting for that: it repeats a request up to a
// hundred times, 25 ms apart, and says nothing of it.
func TryOnce(c *clientv3.Config) { c.MaxUnaryRetries = 1 }

// Members asks the member itself who belongs to the cluster, which it knows without a leader too.
func Members(ctx context.Context, c *clientv3.Client) (*clientv3.MemberListResponse, error) {
	return c.MemberList(ctx, clientv3.WithSerializable())
}

// Quota is that of a member's data, in bytes.
func Quota(s *clientv3.StatusResponse) int64 { return s.DbSizeQuota }

// StorageVersion is that of a member's data, such as 3.6.0.
func StorageVersion(s *clientv3.StatusResponse) string { return s.StorageVersion }

// EnableDowngrade has etcd prepare for a version.
func EnableDowngrade(ctx context.Context, c *clientv3.Client, version string) error {
	_, err := c.Downgrade(ctx, clientv3.DowngradeEnable, version)
	return err
}
