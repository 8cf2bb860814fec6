package collector

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/harness"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// prefix is where all of the collector's keys lie.
const prefix = harness.Prefix + "collector/"

// connectPatience is how long connecting, registering and watching may each wait for the cluster.
const connectPatience = 5 * time.Second

// remote is the service's half that talks to etcd: it keeps a registration alive, follows the configuration, and writes
// snapshots.
type remote struct {
	ctx       context.Context // the service's; its end ends all that runs here
	endpoint  string
	tls       *tls.Config // nil without TLS
	user      string
	password  harness.Secret
	leader    *leadership
	configure func(value string)

	client     *clientv3.Client
	lease      atomic.Int64 // the clientv3.LeaseID under which everything is written
	leasesLost *atomic.Uint64
	running    sync.WaitGroup
	newest     configuration
}

// start connects and registers, and returns when the configuration is watched. Close has to follow, whatever it returns.
func (r *remote) start() (err error) {
	r.client, err = clientv3.New(clientv3.Config{
		Endpoints: []string{r.endpoint}, TLS: r.tls, DialTimeout: connectPatience, Context: r.ctx, Logger: zap.NewNop(),
		Username: r.user, Password: string(r.password),
	})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if err := r.register(r.ctx); err != nil {
		return err
	}
	watching := make(chan struct{})
	r.running.Go(func() { r.watch(sync.OnceFunc(func() { close(watching) })) })
	r.running.Go(r.keepRegistered)
	select {
	case <-watching:
		return nil
	case <-time.After(connectPatience):
		return errors.New("the configuration cannot be watched")
	}
}

// close waits for all that start started, once the context has ended. What was written is left to its lease: giving that
// back would have to wait for a leader.
func (r *remote) close() error {
	r.running.Wait()
	if r.client == nil {
		return nil
	}
	if err := r.client.Close(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close the client: %w", err)
	}
	return nil
}
