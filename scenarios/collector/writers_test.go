package collector_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector/records"
	"aftershock/scenarios/fixes"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// While all is well no writer has a defect. With -race this shows as well that many may write side by side.
func TestEveryWriterKeepsEachRecordOnceWhileAllIsWell(t *testing.T) {
	c := boot(t, 1)
	admin := administrator(t, c.Endpoints()[0].ClientURL)
	writers := 0
	for _, f := range fixes.Registry().Fixes {
		if !slices.Contains(f.Workload(results.Before).Describe().Counters, records.Counters[0]) {
			continue
		}
		writers++
		for _, arm := range []results.Arm{results.Before, results.After} {
			t.Run(f.Name+"/"+string(arm), func(t *testing.T) {
				s := recording(around(t, c, "n1"))
				service, err := f.Workload(arm).Start(t.Context(), s.Env)
				if err != nil {
					t.Fatal(err)
				}
				const callers, each = 4, 10
				var writing sync.WaitGroup
				for caller := range callers {
					writing.Go(func() {
						for n := range each {
							if op := record(service, caller*each+n, 20*time.Second); op.Reason != ops.NoReason {
								t.Errorf("%+v", op)
							}
						}
					})
				}
				writing.Wait()
				if err := service.Stop(t.Context()); err != nil {
					t.Error(err)
				}
				deleted, err := admin.Delete(t.Context(), records.Prefix, clientv3.WithPrefix())
				if err != nil || deleted.Deleted != callers*each {
					t.Errorf("%d records are there, want %d; %v", deleted.Deleted, callers*each, err)
				}
				for _, counter := range records.Counters {
					if n := s.counters[counter.Name].Load(); n > 0 {
						t.Errorf("the counter %s is %d", counter.Name, n)
					}
				}
			})
		}
	}
	if writers < 4 {
		t.Errorf("only %d fixes are about writers", writers)
	}
}
