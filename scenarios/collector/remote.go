package collector

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/harness"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
)

// prefix is where all of the collector's keys lie.
const prefix = harness.Prefix + "collector/"

// connectPatience is how long registering, watching and the first request of each part may wait for the cluster. Making a
// client waits for nothing but a user's token, for as long as well: it is the first request that connects.
const connectPatience = 5 * time.Second

// remote is the service's half that talks to etcd: it keeps a registration alive, follows the configuration, and writes
// snapshots.
type remote struct {
	ctx       context.Context // the service's; its end ends all that runs here
	endpoint  string
	links     map[string]string // client -> its link
	members   []string          // past all links
	tls       *tls.Config       // nil without TLS
	user      string
	password  harness.Secret
	options   []grpc.DialOption // of every client
	leader    *leadership
	configure func(value string)
	count     Count
	log       io.Writer
	seed      uint64            // of the seams
	parts     func(Wire) []part // of what the scenario asks for

	client     *clientv3.Client
	clients    []*clientv3.Client // all that were made, the service's own first
	doing      []part
	lease      atomic.Int64 // the clientv3.LeaseID under which everything is written
	leasesLost *atomic.Uint64
	running    sync.WaitGroup
	newest     configuration
}

// start registers, which connects, and returns when the configuration is watched. Close has to follow, whatever it returns.
func (r *remote) start() (err error) {
	if r.client, err = r.dial([]string{r.endpoint}, nil); err != nil {
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
	case <-time.After(connectPatience):
		return errors.New("the configuration cannot be watched")
	}
	r.doing = r.parts(r.wire())
	for _, p := range r.doing {
		if err := p.start(r.ctx); err != nil {
			return err
		}
	}
	return nil
}

// close waits for all that start started, once the context has ended. Written keys are left to their lease: to revoke
// it would have to wait for a leader. What the parts still look up ends with ctx.
func (r *remote) close(ctx context.Context) error {
	r.running.Wait()
	var errs []error
	for _, p := range r.doing {
		errs = append(errs, p.close(ctx))
	}
	if err := r.closeClients(); err != nil {
		errs = append(errs, fmt.Errorf("close the client: %w", err))
	}
	return errors.Join(errs...)
}

// operation is what one operation of a stream of the parts' does; nil when none has such a stream.
func (r *remote) operation(stream string) operation {
	for _, p := range r.doing {
		if do := p.operation(stream); do != nil {
			return do
		}
	}
	return nil
}
