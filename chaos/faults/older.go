//go:build withoutserver

package faults

import (
	"context"
	"errors"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// See newer.go. No trial calls this: a worker plays no fault.

func contextError(_ context.Context, err error) error { return err }

func quotaOf(*clientv3.StatusResponse) int64 { return 0 }

func storageVersionOf(*clientv3.StatusResponse) string { return "" }

func enableDowngrade(context.Context, *clientv3.Client, string) error {
	return errors.New("this program was built for an older client of etcd (go build -tags withoutserver)")
}
