package harness_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/results"
)

// start is a service that puts one key a call. It needs no audit: nothing relies on its writes.
func start(ctx context.Context, env harness.Env) (harness.Calls, error) {
	etcd, err := env.Etcd(ctx)
	if err != nil {
		return harness.Calls{}, err
	}
	return harness.Calls{
		Do: func(ctx context.Context, n int) error {
			_, err := etcd.Put(ctx, fmt.Sprintf("%sexample/%d", harness.Prefix, n), "")
			return err
		},
		Close: etcd.Close,
	}, nil
}

// A workload of one stream is one function.
func ExampleFunc() {
	d := harness.Func(start).Describe()
	fmt.Println("stream:", d.Primary())
	for _, c := range d.Counters {
		fmt.Println("counts:", c.Name)
	}
	// Output:
	// stream: call
	// counts: writes_acknowledged
	// counts: writes_lost
}

// In a test of Go: the outage is bounded, and no acknowledged write is lost.
func ExampleTest() {
	service := harness.Plain("store", harness.Func(start))

	_ = func(m *testing.M) { // TestMain
		harness.Child(harness.Registry{Fixes: []harness.Fix{service}})
		os.Exit(m.Run())
	}
	_ = func(t *testing.T) { // TestTheStoreSurvives
		harness.Test(t, service, harness.Survival{Outage: 3 * time.Second})
	}
}

// What is survived is a plan of faults, which the seed fixes.
func ExampleSurvival() {
	s := harness.Survival{Faults: []plan.FaultSpec{
		{Fault: "partition-leader", Target: "leader", At: 500 * time.Millisecond, For: 2 * time.Second},
	}}
	o := s.Options(harness.Plain("store", harness.Func(start)), 1)
	fmt.Print(plan.Format(o.Plans))
	// Output:
	// # aftershock plan, version 1
	// plan scenario=survival seed=1 pair=1
	// client name=first pin=leader
	// client name=second pin=follower.0
	// event id=e1 at=2s fault=partition-leader target=leader for=2s
}

// What became of a service may be asked for more than Test asks.
func ExampleSurvived() {
	_ = func(t *testing.T, service harness.Fix) {
		got := harness.Test(t, service, harness.Survival{})
		if share := float64(got.Calls.OK) / float64(max(1, got.Calls.Offered)); share < 0.9 {
			t.Errorf("%.0f %% of the calls succeeded", 100*share)
		}
	}
}

// A change is judged by the calls that succeed while faults are at work, before and after it.
func ExampleChange() {
	before, after := harness.Func(start), harness.Func(start)
	c := harness.Change("shorter-timeout", before, after)
	fmt.Println(c.Primary)
	// Output: goodput (fault)
}

// A service without a change is held against its own calm.
func ExamplePlain() {
	p := harness.Plain("store", harness.Func(start))
	fmt.Println(p.Primary, "against", p.Against)
	// Output: p99 (fault) against steady
}

// A run of several pairs leaves a folder, on which compare, report and gate work.
func ExampleRun() {
	_ = func(ctx context.Context, change harness.Fix, watch harness.Observer) {
		o := harness.Survival{Out: "runs"}.Options(change, 6)
		o.Command = results.Invocation{"my-program"}
		folder, err := harness.Run(ctx, o, watch)
		fmt.Println(folder, err)
	}
}

// Which acknowledged puts are gone?
func ExampleLedger() {
	_ = func(ctx context.Context, env harness.Env) (harness.Calls, error) {
		etcd, err := env.Etcd(ctx)
		var puts harness.Ledger
		const prefix = harness.Prefix + "example/"
		return harness.Calls{
			Do: func(ctx context.Context, n int) error {
				key := fmt.Sprint(prefix, n)
				_, err := etcd.Put(ctx, key, "")
				if err == nil {
					puts.Acknowledge(key)
				}
				return err
			},
			Audit: puts.Audit(env, prefix),
		}, err
	}
}
