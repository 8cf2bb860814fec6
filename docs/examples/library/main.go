// Command library is a service under test as a Go program: what its callers do, before and after a change.
//
//	go run . -pairs 6     six pairs of trials, and a verdict; aftershock compare, report and gate read their folder
//	go test .             one trial: the service survives the loss of the leader
//
// Put your own client, calls and audit in place of these.
package main

import (
	"context"
	"fmt"
	"time"

	"aftershock/harness"
	"aftershock/harness/command"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// The change: a put that gets no answer within 200 ms is tried again, for as long as the caller waits.
var (
	change  = harness.Change("retried-puts", workload(once), workload(retried))
	service = harness.Plain("store", workload(retried))
)

func main() { command.Main(change, harness.Survival{Rate: 200}) }

// keys begins every key of the service; all that a workload writes begins with harness.Prefix.
const keys = harness.Prefix + "store/"

type put func(ctx context.Context, etcd *clientv3.Client, key string) error

// workload is a service that puts one key a call, and remembers which it has acknowledged.
func workload(put put) harness.Func {
	return func(ctx context.Context, env harness.Env) (harness.Calls, error) {
		etcd, err := env.Etcd(ctx) // through the trial's links, which faults hit
		if err != nil {
			return harness.Calls{}, err
		}
		var puts harness.Ledger
		return harness.Calls{
			Do: func(ctx context.Context, n int) error {
				key := fmt.Sprintf("%s%d", keys, n)
				err := put(ctx, etcd, key)
				if err == nil {
					puts.Acknowledge(key)
				}
				return err
			},
			Audit: puts.Audit(env, keys), // which of them are gone?
			Close: etcd.Close,
		}, nil
	}
}

// once is the service before the change.
func once(ctx context.Context, etcd *clientv3.Client, key string) error {
	_, err := etcd.Put(ctx, key, "")
	return err
}

// retried is the service after it. A put that is made twice leaves what one leaves.
func retried(ctx context.Context, etcd *clientv3.Client, key string) (err error) {
	for ctx.Err() == nil {
		within, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		err = once(within, etcd, key)
		cancel()
		if err == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond) // a refused connection is refused at once
	}
	return err
}
