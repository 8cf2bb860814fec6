package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// played replays events against a target, and gives every moment as a line with its time since the epoch.
func played(ctx context.Context, f *chaostest.Cluster, events ...plan.Event) ([]string, error) {
	epoch := clock.Now()
	var lines []string
	// no lock: -race tells when it is called at a time
	err := chaos.Play(ctx, epoch, events, f, faults.Find, func(m chaos.Moment) {
		line := fmt.Sprintf("%v %s %s %s", m.At.Sub(epoch), m.Event, m.Fault, m.Stage)
		if m.Resolved != nil {
			line += fmt.Sprintf(" %v", m.Resolved)
		}
		if m.Waited != 0 {
			line += fmt.Sprintf(", %v after its time", m.Waited)
		}
		if m.Error != "" {
			line += ": " + m.Error
		}
		lines = append(lines, line)
	})
	return lines, err
}

// The events of the tests, and clusters that answer them as real ones were seen to (election time-out 500 ms).
var (
	transfer = plan.Event{ID: "e1", Fault: "leader-transfer", Target: "leader", To: "client.collector", At: 100 * ms}
	isolate  = plan.Event{ID: "e2", Fault: "partition-leader", Target: "leader", At: time.Second, For: 5 * time.Second}
	kill     = plan.Event{ID: "e3", Fault: "leader-kill", Target: "leader", At: time.Second, For: 2 * time.Second}
)

const ms = time.Millisecond

var after = chaostest.After

func answering() *chaostest.Cluster {
	f := chaostest.New()
	f.Takes["transfer n2"] = 10 * ms // MoveLeader polls, and so returns after the fact
	f.Script["transfer n2"] = []chaos.Observation{
		after(2*ms, "n2", chaos.Elected, "n2", 5), after(3*ms, "n1", chaos.Changed, "n2", 5),
		after(4*ms, "n3", chaos.Changed, "n2", 5),
	}
	f.Script[chaostest.Isolated] = []chaos.Observation{
		after(617*ms, "n2", chaos.Lost, "n1", 4), after(618*ms, "n3", chaos.Lost, "n1", 4),
		after(619*ms, "n2", chaos.Elected, "n2", 5), after(620*ms, "n3", chaos.Elected, "n2", 5),
		after(685*ms, "n1", chaos.Lost, "n1", 4),
	}
	f.Script["heal"] = []chaos.Observation{after(7*ms, "n1", chaos.Elected, "n2", 5)}
	f.Takes["crash n1"] = 5 * ms
	f.Script["crash n1"] = []chaos.Observation{
		after(5*ms, "n1", chaos.Exited, "", 0), after(550*ms, "n3", chaos.Lost, "n1", 4),
		after(560*ms, "n3", chaos.Elected, "n3", 5),
	}
	f.Takes["restart n1"] = 80 * ms
	f.Script["restart n1"] = []chaos.Observation{
		after(80*ms, "n1", chaos.Started, "", 0), after(95*ms, "n1", chaos.Elected, "n3", 5),
	}
	return f
}

func TestPlayRecordsEveryStageOfAFault(t *testing.T) {
	for _, c := range []struct {
		event      plan.Event
		want, done []string
	}{
		{transfer, []string{
			"100ms e1 leader-transfer injected map[target:n1 term:4 to:n2]",
			"102ms e1 leader-transfer effective",
			"110ms e1 leader-transfer healed",
			"104ms e1 leader-transfer recovered", // the moment of the observation, and not that of the question
		}, []string{"transfer n2"}},
		{isolate, []string{
			"1s e2 partition-leader injected map[target:n1 term:4]",
			"1.685s e2 partition-leader effective",
			"6s e2 partition-leader healed",
			"6.007s e2 partition-leader recovered",
		}, []string{chaostest.Isolated, "heal"}},
		{kill, []string{
			"1s e3 leader-kill injected map[target:n1 term:4]",
			"1.55s e3 leader-kill effective",
			"3s e3 leader-kill healed",
			"3.095s e3 leader-kill recovered",
		}, []string{"crash n1", "restart n1"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := answering()
			got, err := played(t.Context(), f, c.event)
			if err != nil {
				t.Error(err)
			}
			chaostest.Compare(t, "moments of "+c.event.Fault, got, c.want)
			chaostest.Compare(t, "done to the cluster", f.Operations(), c.done)
		})
	}
}

func TestPlayReplaysEventsBesideEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := answering()
		f.Fails["transfer n2"] = errors.New("the leader is deaf")
		unknown := plan.Event{ID: "e4", Fault: "leader-tansfer", At: time.Hour}
		got, err := played(t.Context(), f, transfer, isolate, unknown)
		const deaf = "not injected: the leader is deaf"
		misspelt := `unknown fault "leader-tansfer"; did you mean "leader-transfer"? ` +
			`(allowed: ` + strings.Join(faults.Names(), ", ") + `)`
		chaostest.Compare(t, "moments", got, []string{
			"0s e4 leader-tansfer failed: " + misspelt,
			"100ms e1 leader-transfer failed: " + deaf,
			"1s e2 partition-leader injected map[target:n1 term:4]",
			"1.685s e2 partition-leader effective",
			"6s e2 partition-leader healed",
			"6.007s e2 partition-leader recovered",
		})
		want := "event e1 (leader-transfer): " + deaf + "\nevent e4 (leader-tansfer): " + misspelt
		if err == nil || err.Error() != want || !errors.Is(err, f.Fails["transfer n2"]) {
			t.Errorf("the error is %v\nwant %s", err, want)
		}
	})
}

func TestPlayRecordsOneMomentAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var events []plan.Event
		for i := range 16 {
			e := transfer
			e.ID = fmt.Sprint("e", i)
			events = append(events, e)
		}
		got, err := played(t.Context(), answering(), events...)
		if err != nil || len(got) != 4*len(events) {
			t.Errorf("%d moments of %d events: %v", len(got), len(events), err)
		}
	})
}

func TestPlayOfNothingIsDoneAtOnce(t *testing.T) {
	if got, err := played(t.Context(), chaostest.New()); err != nil || len(got) > 0 {
		t.Errorf("moments %q, error %v", got, err)
	}
}
