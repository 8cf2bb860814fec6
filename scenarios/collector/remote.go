package collector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/scenarios/collector/part"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// remote is the service's half that talks to etcd: it keeps a registration alive, follows the configuration, and writes
// snapshots.
type remote struct {
	ctx       context.Context // the service's; its end ends all that runs here
	env       harness.Env
	leader    *leadership
	configure func(value string)
	count     part.Count
	log       io.Writer
	parts     []part.Part // that the scenario asks for

	client     *clientv3.Client
	clients    []*clientv3.Client // all that were made, the service's own first
	lives      []part.Life        // of the parts, as many as were begun
	lease      atomic.Int64       // the clientv3.LeaseID under which everything is written
	leasesLost *atomic.Uint64
	running    sync.WaitGroup
	newest     configuration
}

// start registers, which connects, and returns when the configuration is watched. Close has to follow, whatever it
// returns.
func (r *remote) start() (err error) {
	if r.client, err = r.dial([]string{r.env.Endpoint}, nil); err != nil {
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
	case <-time.After(part.Patience):
		return errors.New("the configuration cannot be watched")
	}
	base := part.Base{
		Wire: r.wire(), Truth: r.truth, Lost: r.leader.lost, Settings: r.env.Settings, Counters: r.env.Counters,
	}
	for _, p := range r.parts {
		life := p.New(base)
		r.lives = append(r.lives, life)
		if err := life.Start(r.ctx); err != nil {
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
	for _, life := range r.lives {
		errs = append(errs, life.Close(ctx))
	}
	if err := r.closeClients(); err != nil {
		errs = append(errs, fmt.Errorf("close the client: %w", err))
	}
	return errors.Join(errs...)
}

// operation is what one operation of a part's stream does; nil where none has been begun that has it.
func (r *remote) operation(stream string) func(*load.Op) {
	for i, life := range r.lives {
		if driven, ok := life.(part.Driven); ok && r.parts[i].Stream.Name == stream {
			return driven.Do
		}
	}
	return nil
}
