//go:build !withoutserver

package faults

import (
	"context"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// What etcd's client has had since 3.6. A worker is built with the tag withoutserver and may have an older client; it
// plays no fault.

func contextError(ctx context.Context, err error) error { return clientv3.ContextError(ctx, err) }

func quotaOf(s *clientv3.StatusResponse) int64 { return s.DbSizeQuota }

func storageVersionOf(s *clientv3.StatusResponse) string { return s.StorageVersion }

// enableDowngrade has etcd prepare for a version.
func enableDowngrade(ctx context.Context, c *clientv3.Client, version string) error {
	_, err := c.Downgrade(ctx, clientv3.DowngradeEnable, version)
	return err
}
