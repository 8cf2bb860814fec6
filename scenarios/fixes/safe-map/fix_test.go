package safemap

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/scenarios/collector"
)

var safe = map[string]func(int) collector.Table{
	"rwmutex": newLocked, "mutex": newExclusive, "syncmap": newConcurrent, "sharded": newSharded, "xsync": newStriped,
}

func keys(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = "n1:etcd_series_" + strconv.Itoa(i) + ":value"
	}
	return all
}

func TestEveryTableHoldsTheNewestValues(t *testing.T) {
	const n = 500
	tables := map[string]collector.Table{"before": newUnprotected(n)}
	for name, table := range safe {
		tables[name] = table(n)
	}
	for name, table := range tables {
		if value, ok := table.Load("n1:up"); ok || value != nil {
			t.Errorf("%s holds %v before anything was stored", name, value)
		}
		for round := range 2 {
			for i, key := range keys(n) {
				table.Store(key, i+round)
			}
		}
		for i, key := range keys(n) {
			if value, ok := table.Load(key); !ok || value != i+1 {
				t.Fatalf("%s: %s is %v, %v, want %d", name, key, value, ok, i+1)
			}
		}
	}
}

// share has many goroutines read and write a table. With -race this shows that the safe ones are.
func share(table collector.Table, rounds int) {
	all := keys(64)
	var sharing sync.WaitGroup
	for range 8 {
		sharing.Go(func() {
			for range rounds {
				for i, key := range all {
					table.Store(key, i)
					table.Load(key)
				}
			}
		})
	}
	sharing.Wait()
}

func TestTheSafeTablesAreShared(t *testing.T) {
	for name, table := range safe {
		shared := table(64)
		share(shared, 200)
		for i, key := range keys(64) {
			if value, ok := shared.Load(key); !ok || value != i {
				t.Errorf("%s: %s is %v, %v", name, key, value, ok)
			}
		}
	}
}

const child = "SHARE_WITHOUT_A_LOCK"

// The process is gone, and neither recovers nor runs what is deferred. It takes a process to show that.
func TestTheDefectEndsTheProcess(t *testing.T) {
	if os.Getenv(child) != "" {
		defer os.Exit(0) // what a process that survives says
		defer func() { _ = recover() }()
		for {
			share(newUnprotected(64), 1000)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	crash := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestTheDefectEndsTheProcess$")
	crash.Env = append(os.Environ(), child+"=1", "GOMAXPROCS=4", "GORACE=halt_on_error=0")
	said, err := crash.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(said), "fatal error: concurrent map") {
		t.Errorf("the child ended with %v and said\n%.2000s", err, said)
	}
}

func BenchmarkTables(b *testing.B) {
	all := keys(1000)
	for name, table := range safe {
		for _, reads := range []int{5, 50, 95} {
			b.Run(name+"/reads="+strconv.Itoa(reads), func(b *testing.B) {
				shared := table(len(all))
				for i, key := range all {
					shared.Store(key, i)
				}
				var value any = 1.0
				b.RunParallel(func(p *testing.PB) {
					for i := 0; p.Next(); i++ {
						if (i+i/len(all)*37)*61%100 < reads { // no key is only read
							shared.Load(all[i%len(all)])
						} else {
							shared.Store(all[i%len(all)], value)
						}
					}
				})
			})
		}
	}
}
