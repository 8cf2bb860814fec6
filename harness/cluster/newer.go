//go:build !withoutserver

package cluster

import (
	"context"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// What etcd's client has had since 3.6; see without.go.

func contextError(ctx context.Context, err error) error { return clientv3.ContextError(ctx, err) }

// memberList asks the member itself, which knows without a leader too.
func memberList(ctx context.Context, c *clientv3.Client) (*clientv3.MemberListResponse, error) {
	return c.MemberList(ctx, clientv3.WithSerializable())
}
