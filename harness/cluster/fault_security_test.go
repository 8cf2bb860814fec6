package cluster

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
)

// busy is a client that writes through its link all the time, one write after the other, and counts.
type busy struct {
	mu            sync.Mutex
	wrote, failed int
}

// keepWriting starts one for the client "tenant".
func keepWriting(t *testing.T, c *Processes, address string) *busy {
	t.Helper()
	through := as(t, c.ClientTLS("tenant"), address)
	if err := through.write(patience(t), "n1"); err != nil {
		t.Fatal(err)
	}
	b := &busy{}
	ctx, stop := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	t.Cleanup(func() { stop(); writing.Wait() })
	writing.Go(func() {
		for ctx.Err() == nil {
			attempt, cancel := context.WithTimeout(ctx, time.Second)
			err := through.write(attempt, "n1")
			cancel()
			b.mu.Lock()
			if err == nil {
				b.wrote++
			} else {
				b.failed++
			}
			b.mu.Unlock()
		}
	})
	return b
}

func (b *busy) count() (wrote, failed int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.wrote, b.failed
}

// awaitMoreThan waits until the client has written again.
func (b *busy) awaitMoreThan(t *testing.T, were int) {
	t.Helper()
	ctx := patience(t)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for wrote, _ := b.count(); wrote <= were; wrote, _ = b.count() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the client has not written again: %v", context.Cause(ctx))
		}
	}
}

func serials(t *testing.T, c *Processes) map[string]string {
	t.Helper()
	shown := map[string]string{}
	for _, m := range c.Members() {
		serial, err := c.Serial(patience(t), m, chaos.Peers)
		if err != nil {
			t.Fatal(err)
		}
		shown[m] = serial
	}
	return shown
}

func TestCertificatesAreRotatedUnderLoad(t *testing.T) {
	slow.Boots(t)
	for _, r := range []struct {
		who, reset string
		members    bool // show new certificates afterwards
		resets     bool
	}{
		{"all", "yes", true, true},
		{"members", "no", true, false},
		{"clients", "yes", false, true},
	} {
		t.Run(r.who+", reset "+r.reset, func(t *testing.T) {
			c, _, address := secured(t, 3)
			writer := keepWriting(t, c, address)
			link, err := c.ClientLink("tenant")
			if err != nil {
				t.Fatal(err)
			}
			before, opened := serials(t, c), link.Up.Opened()
			reached := playFault(t, c, spec("cert-rotation", "", 0, plan.Params{"who": r.who, "reset": r.reset}))
			for member, serial := range serials(t, c) {
				if changed := serial != before[member]; changed != r.members {
					t.Errorf("%s showed %s and shows %s", member, before[member], serial)
				}
				if says := strings.Contains(reached[chaos.Done].Observed, member+" shows "); says != r.members {
					t.Errorf("observed: %s", reached[chaos.Done].Observed)
				}
			}
			resets, err := strconv.Atoi(reached[chaos.Injected].Resolved["reset"])
			if err != nil || (resets > 0) != r.resets || (r.members && r.resets && resets < 2*3+1) {
				t.Errorf("resolved %v", reached[chaos.Injected].Resolved)
			}
			wrote, _ := writer.count()
			writer.awaitMoreThan(t, wrote)
			if anew := link.Up.Opened() > opened+1; r.resets && !anew { // one was our own handshake
				t.Error("the client has written again, and has not dialled anew")
			}
		})
	}
}

func TestAMemberWhoseCertificateExpiresIsCutOff(t *testing.T) {
	slow.Boots(t)
	for _, target := range []string{"leader", "follower.0"} {
		t.Run(target, func(t *testing.T) {
			c, _, _ := secured(t, 3)
			member, err := chaos.Resolve(c, target)
			if err != nil {
				t.Fatal(err)
			}
			began := clock.Now()
			reached := playFault(t, c, spec("cert-expiry", target, 5*time.Second, nil))
			if got := reached[chaos.Injected].Resolved["target"]; got != member {
				t.Errorf("hit %s, want %s", got, member)
			}
			effective, healed := reached[chaos.Effective], reached[chaos.Healed]
			if want := member + " is refused, its certificate "; !strings.HasPrefix(effective.Observed, want) {
				t.Errorf("observed: %s", effective.Observed)
			}
			var kept int
			for _, o := range c.Observations() {
				if o.Member == member && o.Follows(o.Leader) && o.At > effective.At && o.At < healed.At {
					t.Errorf("%s follows %s while its certificate has expired", member, o.Leader)
				}
				if o.Member != member && o.Kind == chaos.Lost && o.At > began && o.At < healed.At {
					kept++
				}
			}
			if target != "leader" && kept > 0 {
				t.Errorf("%d times one of the others lost its leader: %+v", kept, c.Observations())
			}
			if _, err := c.Serial(patience(t), member, chaos.Clients); err != nil {
				t.Errorf("after the heal: %v", err)
			}
			if refused := heard(t, c, member); !strings.Contains(refused, "expired") {
				t.Errorf("no peer's log tells of an expired certificate: %s", refused)
			}
		})
	}
}

func TestAClientWhoseCertificateExpiresIsRefusedAlone(t *testing.T) {
	slow.Boots(t)
	c, _, address := secured(t, 3)
	writer := keepWriting(t, c, address)
	_, before := writer.count()
	reached := playFault(t, c, spec("client-cert-expiry", "client.tenant", 2500*time.Millisecond, nil))
	if _, failed := writer.count(); failed == before {
		t.Error("the client has not failed once")
	}
	if resolved := reached[chaos.Injected].Resolved; resolved["target"] != "n1" || resolved["reset"] == "0" {
		t.Errorf("resolved %v", resolved)
	}
	for _, o := range c.Observations() {
		if o.Kind == chaos.Lost && o.At > reached[chaos.Injected].At {
			t.Errorf("a member lost its leader over a client's certificate: %+v", o)
		}
	}
	wrote, _ := writer.count()
	writer.awaitMoreThan(t, wrote)
}

// An interrupted hold heals as well: the certificate that is there afterwards is valid.
func TestAnInterruptedExpiryLeavesAValidCertificate(t *testing.T) {
	slow.Boots(t)
	c, _, _ := secured(t, 3)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	event := plan.Event{ID: "e1", Fault: "cert-expiry", Target: "n2", For: time.Hour}
	err := chaos.Play(ctx, clock.Now(), []plan.Event{event}, c, faults.Find, func(m chaos.Moment) {
		if m.Stage == chaos.Effective {
			cancel()
		}
	})
	if err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("error %v", err)
	}
	if _, err := c.Serial(patience(t), "n2", chaos.Peers); err != nil {
		t.Error(err)
	}
}

// heard is what the others' logs say of handshakes that failed.
func heard(t *testing.T, c *Processes, member string) string {
	t.Helper()
	var lines []string
	for _, m := range c.Members() {
		if m == member {
			continue
		}
		log, err := os.ReadFile(c.members[m].config.Log)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(log)) {
			if strings.Contains(line, "certificate") {
				lines = append(lines, line)
			}
		}
	}
	return strings.Join(lines, "")
}
