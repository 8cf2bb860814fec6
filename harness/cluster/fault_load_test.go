package cluster

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// gauge reads a gauge of each member and adds them up; -1 while one does not answer.
func gauge(ctx context.Context, c *Processes, name string) float64 {
	sum := 0.0
	for _, e := range c.Endpoints() {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.ClientURL+"/metrics", http.NoBody)
		if err != nil {
			return -1
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return -1
		}
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(answer.Body)
		answer.Body.Close()
		if err != nil || len(families[name].GetMetric()) != 1 {
			return -1
		}
		sum += families[name].GetMetric()[0].GetGauge().GetValue()
	}
	return sum
}

func TestAStormOfWatchersStandsAndIsGone(t *testing.T) {
	slow.Boots(t)
	const standing = "etcd_debugging_mvcc_watcher_total"
	c := start(t, config(t, 3))
	stood := meanwhile(t, "90 watchers stand at the members", func(ctx context.Context) bool {
		return gauge(ctx, c, standing) == 90
	})
	reached := playFault(t, c, spec("watch-storm", "", 10*time.Second, plan.Params{"watchers": "90", "streams": "7", "rate": "10"}))
	stood()
	sawAt(t, reached, chaos.Done, `^an event reached all of 90 watchers on 7 streams, `)
	sawAt(t, reached, chaos.Recovered, `7 of 7 streams were seen to end$`)
	ctx := patience(t)
	for n := gauge(ctx, c, standing); n != 0; n = gauge(ctx, c, standing) { // a client sees the end a moment earlier
		if clock.Sleep(ctx, 10*time.Millisecond) != nil {
			t.Fatalf("%v watchers are left", n)
		}
	}
}

func TestAStormOfLeasesExpiresByItself(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	most := 0
	expired := meanwhile(t, "there were leases, and the last expired while the storm was held", func(ctx context.Context) bool {
		answer, err := admin(t, c, "n1").Leases(ctx)
		if err != nil {
			return false
		}
		most = max(most, len(answer.Leases))
		return most > 0 && len(answer.Leases) == 0
	})
	reached := playFault(t, c, spec("lease-storm", "", 12*time.Second, plan.Params{"leases": "60", "ttl": "2s"}))
	expired()
	sawAt(t, reached, chaos.Effective,
		`^a watch saw (1[5-9]|[2-6]\d) of 60 keys go with their leases of 2s, the first .* after the grants began$`)
	if most > 60 {
		t.Errorf("there were %d leases, more than were asked for", most)
	}
}

func TestAStormOfLeasesThatCannotExpireIsRefused(t *testing.T) {
	storm, err := faults.Find("lease-storm")
	if err != nil {
		t.Fatal(err)
	}
	for held, want := range map[time.Duration]string{
		3999 * time.Millisecond: "2000 leases of 2s have expired after 4s at the earliest: for=3.999s is too short",
		time.Second:             "2000 leases of 2s have expired after 4s at the earliest: for=1s is too short",
	} {
		e := plan.Event{ID: "e1", Fault: storm.Name, For: held, Params: plan.Params{"leases": "2000", "ttl": "2s"}}
		if ongoing, err := storm.Inject(t.Context(), nil, e); err == nil || err.Error() != want || ongoing != nil {
			t.Errorf("held for %v: %v, %v, want %s", held, ongoing, err, want)
		}
	}
}

func TestLargeValuesAreWrittenAndDeleted(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	watching, cancel := context.WithCancel(patience(t))
	defer cancel()
	values := admin(t, c, "n2").Watch(watching, "aftershock/faults/large-values/", clientv3.WithPrefix())
	reached := playFault(t, c, spec("large-values", "", 6*time.Second, plan.Params{"size": "64KiB", "rate": "5"}))
	sawAt(t, reached, chaos.Done, `^a value of 65536 bytes was committed and read back$`)
	written, deleted := 0, false
	for !deleted {
		answer, ok := <-values
		if !ok {
			t.Fatal("the watch ended")
		}
		for _, e := range answer.Events {
			deleted = deleted || e.Type == clientv3.EventTypeDelete
			if e.Type == clientv3.EventTypePut && string(e.Kv.Value) == strings.Repeat("x", 64<<10) {
				written++
			}
		}
	}
	// Five a second, if the machine can; a write that could not begin in its turn was left out.
	held := reached[chaos.Healed].At.Sub(reached[chaos.Injected].At)
	if most := int(5*held.Seconds()) + 2; written == 0 || written > most {
		t.Errorf("%d values were written in %v, and at most %d were to be", written, held, most)
	}
}

// Load goes on while others do harm: what cannot be sent just now is sent again, and is no error. A storm of leases is
// left alone, for a new leader would give them their time again.
func TestLoadOutlivesWhatOtherFaultsDo(t *testing.T) {
	slow.Boots(t)
	for _, load := range []plan.FaultSpec{
		spec("watch-storm", "", 8*time.Second, plan.Params{"watchers": "30", "streams": "6"}),
		spec("large-values", "", 8*time.Second, plan.Params{"size": "16KiB", "rate": "10"}),
	} {
		t.Run(load.Fault, func(t *testing.T) {
			c := start(t, config(t, 3))
			kill := spec("leader-kill", "leader", 3*time.Second, nil)
			kill.At = 2500 * time.Millisecond // when the load stands
			p := plan.Expand("test", plan.Spec{Members: 3, Faults: []plan.FaultSpec{load, kill}}, faults.Rules(), 1, 1)
			if err := plan.Check([]plan.Plan{p}, faults.Rules(), c.Members(), features(c.config)); err != nil {
				t.Fatal(err)
			}
			reached := map[string]bool{}
			err := chaos.Play(t.Context(), clock.Now(), p.Events, c, faults.Find, func(m chaos.Moment) {
				reached[m.Fault+" "+string(m.Stage)] = true
			})
			if err != nil || !reached[load.Fault+" recovered"] || !reached["leader-kill recovered"] {
				t.Errorf("reached %v, error %v", reached, err)
			}
			if err := c.Write(patience(t)); err != nil {
				t.Error(err)
			}
		})
	}
}
