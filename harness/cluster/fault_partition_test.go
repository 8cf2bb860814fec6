package cluster

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
)

// heldFor is long enough for a leader to be missed, another to be elected, and for a busy machine to be late with both.
const heldFor = 6 * time.Second

// steady is a cluster whose leader stays though the machine is busy, for tests in which it has to.
func steady(t *testing.T, members int) *Processes {
	t.Helper()
	shape := config(t, members)
	shape.Election = time.Second
	return start(t, shape)
}

// held is what raft said between a fault's injection and its heal.
func held(c *Processes, reached map[chaos.Stage]chaos.Moment) []chaos.Observation {
	return slices.DeleteFunc(c.Observations(), func(o chaos.Observation) bool {
		return o.At < reached[chaos.Injected].At || o.At > reached[chaos.Healed].At
	})
}

// untouched fails unless no member has had another leader or term while the fault lasted.
func untouched(t *testing.T, c *Processes, reached map[chaos.Stage]chaos.Moment) {
	t.Helper()
	for _, o := range held(c, reached) {
		if o.Kind != chaos.Lost {
			t.Errorf("the leader was to stay: %+v", o)
		}
	}
}

// succeeded fails unless a leader was elected in a later term while the fault lasted, and all follow in that or a later
// one.
func succeeded(t *testing.T, c *Processes, old chaos.Leadership, reached map[chaos.Stage]chaos.Moment) {
	t.Helper()
	if !slices.ContainsFunc(held(c, reached), func(o chaos.Observation) bool {
		return o.Leader != old.Member && o.Follows(o.Leader) && o.Term > old.Term
	}) {
		t.Errorf("no member succeeded %+v: %+v", old, held(c, reached))
	}
	if now, ok := c.Leader(); !ok || now.Term <= old.Term {
		t.Errorf("%+v leads, %v; before it was %+v", now, ok, old)
	}
}

func sawEffect(t *testing.T, reached map[chaos.Stage]chaos.Moment, what string) {
	t.Helper()
	sawAt(t, reached, chaos.Effective, regexp.QuoteMeta(what))
}

func TestAnIsolatedFollowerLosesItsLeader(t *testing.T) {
	slow.Boots(t)
	c := steady(t, 3)
	reached := playFault(t, c, spec("isolate-one", "follower.1", heldFor, nil))
	sawEffect(t, reached, reached[chaos.Injected].Resolved["target"]+" lost its leader")
	untouched(t, c, reached)
}

func TestAnIsolatedLeaderIsReplaced(t *testing.T) {
	slow.Boots(t)
	for _, fault := range []string{"isolate-one", "partition-leader"} {
		c := start(t, config(t, 3))
		old, _ := c.Leader()
		reached := playFault(t, c, spec(fault, "leader", heldFor, nil))
		sawEffect(t, reached, old.Member+" lost its leader")
		succeeded(t, c, old, reached)
	}
}

func TestAMinorityIsCutOffWithTheLeaderOrWithout(t *testing.T) {
	slow.Boots(t)
	for _, members := range []int{3, 5} {
		for _, side := range []string{"minority", "majority"} {
			t.Run(fmt.Sprint(side, " of ", members), func(t *testing.T) {
				c := steady(t, members)
				old, _ := c.Leader()
				reached := playFault(t, c, spec("partition-majority", "", heldFor, plan.Params{"leader": side}))
				if side == "minority" {
					sawEffect(t, reached, old.Member+" lost its leader")
					succeeded(t, c, old, reached)
					return
				}
				for m := range strings.SplitSeq(reached[chaos.Injected].Resolved["minority"], ",") {
					sawEffect(t, reached, m+" lost its leader "+old.Member)
				}
				untouched(t, c, reached)
			})
		}
	}
}

func TestHalvesThatAreMajorityAndMinority(t *testing.T) {
	slow.Boots(t)
	c := steady(t, 3)
	old, _ := c.Leader()
	reached := playFault(t, c, spec("partition-halves", "", heldFor, nil))
	sawEffect(t, reached, "bytes are held up on ")
	if reached[chaos.Injected].Resolved["half"] == old.Member {
		succeeded(t, c, old, reached)
	} else {
		untouched(t, c, reached)
	}
}

// A leader that is not heard hears of its successor, and follows it while it is still cut off; one that does not hear
// finds no leader until it is healed.
func TestALeaderIsDeposedByEitherDirection(t *testing.T) {
	slow.Boots(t)
	for direction, follows := range map[string]bool{"out-of": true, "into": false} {
		t.Run(direction, func(t *testing.T) {
			c := start(t, config(t, 3))
			old, _ := c.Leader()
			reached := playFault(t, c, spec("partition-one-way", "leader", heldFor, plan.Params{"direction": direction}))
			sawEffect(t, reached, "bytes are held up on 2 links")
			succeeded(t, c, old, reached)
			if did := slices.ContainsFunc(held(c, reached), func(o chaos.Observation) bool {
				return o.Member == old.Member && o.Leader != old.Member && o.Follows(o.Leader)
			}); did != follows {
				t.Errorf("%s followed a successor while it was cut off: %v; said: %+v", old.Member, did, held(c, reached))
			}
		})
	}
}

func TestABridgeKeepsTheLeader(t *testing.T) {
	slow.Boots(t)
	for _, members := range []int{3, 5} {
		t.Run(strconv.Itoa(members), func(t *testing.T) {
			c := steady(t, members)
			leader, _ := c.Leader()
			reached := playFault(t, c, spec("partition-bridge", "", heldFor, nil))
			sawEffect(t, reached, "bytes are held up on ")
			lost := 0
			if reached[chaos.Injected].Resolved["bridge"] != leader.Member {
				lost = members / 2
			}
			if n := strings.Count(reached[chaos.Effective].Observed, "lost its leader"); n != lost {
				t.Errorf("%d lost their leader, want %d: %+v", n, lost, reached)
			}
			untouched(t, c, reached)
		})
	}
}

// The five of a mutual ring keep their leader; of the three of a ring that is not, none can lead.
func TestARingKeepsTheLeaderOfFiveAndNoneOfThree(t *testing.T) {
	slow.Boots(t)
	t.Run("5", func(t *testing.T) {
		c := steady(t, 5)
		reached := playFault(t, c, spec("partition-ring", "", heldFor, nil))
		sawEffect(t, reached, "bytes are held up on 4 links")
		if n := strings.Count(reached[chaos.Effective].Observed, "lost its leader"); n != 2 {
			t.Errorf("%d lost their leader, want 2: %+v", n, reached)
		}
		untouched(t, c, reached)
	})
	t.Run("3", func(t *testing.T) {
		c := steady(t, 3)
		old, _ := c.Leader()
		reached := playFault(t, c, spec("partition-ring", "", heldFor, nil))
		sawEffect(t, reached, old.Member+" lost its leader")
		untouched(t, c, reached)
	})
}

// Only the links notice cuts that are much shorter than the election time-out.
func TestAFlappingMemberIsHeldUpAndLetGo(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	old, _ := c.Leader()
	reached := playFault(t, c, spec("flapping-partition", "leader", heldFor, plan.Params{"period": "200ms"}))
	sawEffect(t, reached, "held bytes up and let them go")
	if reached[chaos.Injected].Resolved["target"] != old.Member {
		t.Errorf("%+v, want the leader %s", reached[chaos.Injected], old.Member)
	}
	openAll(t, c)
}

func TestASwizzleIsolatesInOneOrderAndHealsInAnother(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	old, _ := c.Leader()
	reached := playFault(t, c, spec("swizzle", "", heldFor, plan.Params{"step": "50ms"}))
	sawEffect(t, reached, "lost its leader "+old.Member)
	if r := reached[chaos.Injected].Resolved; r["cut"] == r["healed"] || len(r["cut"]) != len(r["healed"]) {
		t.Errorf("cut in the order %s, healed in the order %s", r["cut"], r["healed"])
	}
	openAll(t, c)
}

// openAll fails unless every link is open and all members hear each other.
func openAll(t *testing.T, c *Processes) {
	t.Helper()
	for _, from := range c.Members() {
		for _, to := range c.Members() {
			if from == to {
				continue
			}
			if l, err := c.PeerLink(from, to); err != nil || l.Held() {
				t.Errorf("%s -> %s is still cut, or %v", from, to, err)
			}
		}
	}
}

// stranger is a target that says it has a member which the network does not know.
type stranger struct {
	*Processes
	members []string
}

func (s stranger) Members() []string { return s.members }

func TestAGrudgeAgainstAnUnknownMemberCutsNothing(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	target := stranger{c, []string{"n1", "n2", "n3", "n33"}}
	for _, s := range []plan.FaultSpec{
		spec("isolate-one", "n1", heldFor, nil), spec("partition-halves", "", heldFor, nil),
		spec("flapping-partition", "n1", heldFor, nil), spec("swizzle", "", heldFor, nil),
	} {
		p := plan.Expand("test", plan.Spec{Members: 4, Faults: []plan.FaultSpec{s}}, faults.Rules(), 1, 1)
		var stages []chaos.Stage
		err := chaos.Play(patience(t), clock.Now(), p.Events, target, faults.Find,
			func(m chaos.Moment) { stages = append(stages, m.Stage) })
		if err == nil || !strings.Contains(err.Error(), `unknown member "n33"; did you mean "n3"?`) {
			t.Errorf("%s: the error is %v", s.Fault, err)
		}
		if !slices.Equal(stages, []chaos.Stage{chaos.Failed}) {
			t.Errorf("%s: reached %v", s.Fault, stages)
		}
		openAll(t, c)
	}
}
