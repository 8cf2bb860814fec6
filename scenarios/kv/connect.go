package kv

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aftershock/harness"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
)

// patience bounds the first request of each connection.
const patience = 5 * time.Second

// connect makes a client of one connection, which its first request opens. The caller closes it.
func connect(ctx context.Context, env harness.Env, endpoints []string) (*clientv3.Client, error) {
	return clientv3.New(clientv3.Config{
		Endpoints: endpoints, TLS: env.TLS, DialTimeout: patience, Context: ctx, Logger: zap.NewNop(),
		Username: env.User, Password: string(env.Password), DialOptions: slices.Clone(env.Dial),
	})
}

// connectAll opens the connections. Each leads to one member, over one of the client links that the scenario pins, in
// turn: etcd's own benchmark deals out its endpoints alike (tools/benchmark/cmd/util.go, mustCreateConn).
func connectAll(ctx context.Context, env harness.Env, n int) (all []*clientv3.Client, err error) {
	for i := range n {
		client, err := connect(ctx, env, []string{env.Links[env.Clients[i%len(env.Clients)]]})
		if err != nil {
			return nil, errors.Join(fmt.Errorf("connection %d: %w", i+1, err), closeAll(all))
		}
		all = append(all, client)
	}
	warming, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	group, warming := errgroup.WithContext(warming)
	for _, client := range all {
		group.Go(func() error {
			_, err := client.Get(warming, Prefix, clientv3.WithSerializable(), clientv3.WithCountOnly())
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, errors.Join(fmt.Errorf("connect: %w", err), closeAll(all))
	}
	return all, nil
}

func closeAll(clients []*clientv3.Client) (err error) {
	for _, client := range clients {
		if e := client.Close(); !errors.Is(e, context.Canceled) {
			err = errors.Join(err, e)
		}
	}
	return err
}
