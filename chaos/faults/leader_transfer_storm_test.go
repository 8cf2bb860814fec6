package faults_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

func stormy(draw string) plan.Event {
	return plan.Event{Fault: "leader-transfer-storm", Params: plan.Params{"period": "300ms", "draw": draw}}
}

// moves lists to whom a storm of three seconds hands over.
func moves(t *testing.T, draw string) []string {
	t.Helper()
	var done []string
	synctest.Test(t, func(t *testing.T) {
		f := chaostest.New()
		f.Obeys = true
		ongoing, err := inject(t, f, stormy(draw))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(3*time.Second + ms)
		for range 2 {
			if err := ongoing.Heal(context.Background()); err != nil {
				t.Error(err)
			}
		}
		done = f.Operations()
		time.Sleep(time.Minute)
		if later := f.Operations(); len(later) != len(done) {
			t.Errorf("it went on after the heal: %v", later[len(done):])
		}
	})
	return done
}

func TestAStormIsDrawn(t *testing.T) {
	one, again, other := moves(t, "1"), moves(t, "1"), moves(t, "2")
	if len(one) != 11 || !slices.Equal(one, again) {
		t.Errorf("one draw gives\n%v\nand then\n%v", one, again)
	}
	if slices.Equal(one, other) {
		t.Errorf("two draws give the same: %v", one)
	}
	leads := "n1"
	for _, move := range one {
		to := strings.TrimPrefix(move, "transfer ")
		if to == leads {
			t.Errorf("%s, which leads already: %v", move, one)
		}
		leads = to
	}
}

func TestOneMoveIsNoStorm(t *testing.T) {
	for draws, want := range map[time.Duration]string{200 * ms: "none", 3 * time.Second: "1ns"} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			f.Obeys = true
			at := clock.Now()
			ongoing, err := inject(t, f, stormy("1"))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), draws)
			defer cancel()
			sight, err := ongoing.Effective(ctx)
			if got := sight.At.Sub(at).String(); (err == nil) != (want != "none") || err == nil && got != want {
				t.Errorf("within %v: effective after %s (%v), want %s", draws, got, err, want)
			}
			if err := ongoing.Heal(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAStormGoesOnThroughWhatPasses(t *testing.T) {
	for _, c := range []struct {
		err      error
		reported bool
	}{
		{rpctypes.ErrNotLeader, false}, {chaos.ErrNoLeader, false}, {context.DeadlineExceeded, false},
		{rpctypes.ErrPermissionDenied, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			f.Obeys = true
			f.Fails["transfer n2"] = c.err // and n3 takes it
			f.Fails["transfer n1"] = c.err
			ongoing, err := inject(t, f, stormy("1"))
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Second)
			if err := ongoing.Heal(context.Background()); err != nil {
				t.Error(err)
			}
			if n := len(f.Operations()); n < 10 {
				t.Errorf("%v: %d tries in five seconds", c.err, n)
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			reported := c.reported || errors.Is(c.err, context.DeadlineExceeded)
			if _, err := ongoing.Recovered(ctx); errors.Is(err, c.err) != reported {
				t.Errorf("%v: the storm's error is %v", c.err, err)
			}
		})
	}
}
