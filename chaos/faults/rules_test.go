package faults_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
)

// trial is a plan of events on three members, to whose first two by name clients are pinned, and two more by role.
func trial(events ...plan.Event) []plan.Plan {
	p := plan.Plan{Pair: 1, Clients: []plan.Client{
		{Name: "first", Pin: "n1"}, {Name: "second", Pin: "n2"}, {Name: "collector",
			Pin: "follower.1"}, {Name: "bystander", Pin: "leader"},
	}}
	for i, e := range events {
		e.ID = "e" + string(rune('1'+i))
		rule, _ := faults.Find(e.Fault)
		params := plan.Params{}
		for _, param := range rule.Params {
			params[param.Name] = param.Default
		}
		maps.Copy(params, e.Params)
		if rule.Draws {
			params["draw"] = "1"
		}
		e.Params = params
		p.Events = append(p.Events, e)
	}
	return []plan.Plan{p}
}

const sec = time.Second

func event(fault, target string, at, held time.Duration) plan.Event {
	return plan.Event{Fault: fault, Target: target, At: at, For: held}
}

func moved(to string, at time.Duration) plan.Event {
	return plan.Event{Fault: "leader-transfer", Target: "leader", To: to, At: at}
}

func on(e plan.Event, name, value string) plan.Event {
	e.Params = plan.Params{name: value}
	return e
}

// What a member that is dead, paused or isolated no longer has, and who may lead: each refusal says which two
// events, and over what.
func TestThePlannerKnowsWhatAMemberNoLongerHas(t *testing.T) {
	for says, c := range map[string]struct {
		events []plan.Event
		want   string // "" for a plan that can be played
	}{
		"the client of a dead leader is cut off": {
			[]plan.Event{event("leader-kill", "leader", sec, 4*sec),
				event("client-cut", "client.bystander", 2*sec, 2*sec)},
			"event e2: takes the client-links from 2s to 4.75s, and event e1 (leader-kill) takes the same from " +
				"1s to 6s"},
		"the client of another member is cut off": {
			[]plan.Event{event("isolate-one", "n1", sec, 4*sec),
				event("client-cut", "client.second", 2*sec, 2*sec)}, ""},
		"a named member is dead, and the client of another half-open": {
			[]plan.Event{event("member-remove", "n1", sec, 4*sec),
				event("client-half-open", "client.second", 2*sec, 2*sec)}, ""},
		"a named member is dead, and so the connections of its client": {
			[]plan.Event{event("member-remove", "n1", sec, 4*sec),
				event("client-half-open", "client.first", 2*sec, 2*sec)},
			"takes the client-links"},
		"a follower is dead, and any client's connections may be its": {
			[]plan.Event{event("follower-kill", "follower.0", sec, 4*sec),
				event("client-half-open", "client.collector", 2*sec, 2*sec)},
			"takes the client-links"},
		"an isolated member's links are late": {
			[]plan.Event{event("isolate-one", "n1", sec, 4*sec), event("link-latency", "n1", 2*sec, sec)},
			"event e2: takes the peer-links from 2s to 3s, and event e1 (isolate-one) takes the same from 1s to 5.3s"},
		"an isolated member's clients are late": {
			[]plan.Event{event("isolate-one", "n1", sec, 4*sec),
				on(event("link-latency", "n1", 2*sec, sec), "on", "clients")}, ""},
		"a dead member's connections are reset": {
			[]plan.Event{event("member-replace", "n2", sec, 4*sec),
				on(event("link-reset", "n2", 2*sec, 0), "on", "clients")},
			"takes the client-links"},
		"a dead member's backend is saved": {
			[]plan.Event{event("member-replace", "n2", sec, 4*sec),
				event("snapshot-save", "n2", 2*sec, 0)}, "takes the storage"},
		"another one's backend is saved": {
			[]plan.Event{event("member-replace", "n2", sec, 4*sec), event("snapshot-save", "n1", 2*sec, 0)}, ""},
		"the backend of a follower, while there may be no leader": {
			[]plan.Event{event("partition-ring", "", sec, 4*sec), event("snapshot-save", "follower.0", 2*sec, 0)},
			"needs the quorum from 2s to 2s, and event e1 (partition-ring) takes the same from 1s to 6s"},
		"a paused member's client": {
			[]plan.Event{event("leader-pause", "leader", sec, 4*sec),
				event("client-cut", "client.first", 2*sec, 2*sec)},
			"takes the client-links"},
		"a new leader extends all leases": {
			[]plan.Event{event("lease-storm", "", sec, 6*sec), moved("follower.0", 3*sec)},
			"event e2: takes the quorum from 3s to 3s, and event e1 (lease-storm) needs the same from 1s to 8s"},
		"a storm of watchers stands before the leader is killed": {
			[]plan.Event{event("watch-storm", "", sec, 6*sec), event("leader-kill", "leader", 4*sec, sec)}, ""},
		"a storm of watchers begins while the leader is dead": {
			[]plan.Event{event("leader-kill", "leader", sec, 2*sec),
				event("watch-storm", "", 2*sec, 6*sec)}, "needs the quorum"},
		"the member is back, and not yet itself": {
			[]plan.Event{event("leader-kill", "leader", sec, 2*sec),
				event("client-cut", "client.bystander", 3500*time.Millisecond, sec)},
			"takes the client-links from 3.5s to 5.25s, and event e1 (leader-kill) takes the same from 1s to 4s"},
		"a named member may lead": {
			[]plan.Event{event("follower-kill", "n2", sec, sec)},
			"event e1: follower-kill needs a target that follows, and n2 may lead by then: write follower, or " +
				"move leadership away before"},
		"leadership was moved away": {[]plan.Event{moved("follower.0", sec)}, ""},
		"a named member leads after a move": {[]plan.Event{event("partition-leader", "n2", sec, sec)},
			"partition-leader needs a target that leads"},
		"the client of a leader leads": {[]plan.Event{event("leader-kill", "client.bystander", sec, sec)}, ""},
		"and no other": {[]plan.Event{event("leader-kill", "client.collector", sec, sec)},
			"needs a target that leads"},
		"a follower does not lead": {[]plan.Event{event("leader-kill", "follower.0", sec, sec)},
			"needs a target that leads"},
		"leadership is moved to its own place": {[]plan.Event{moved("client.bystander", sec)},
			"needs a destination that follows"},
		"moved there, and deposed there, and moved there": {[]plan.Event{
			moved("client.collector", sec), event("partition-leader", "client.collector", 2*sec, sec),
			moved("client.collector", 4*sec),
			event("follower-kill", "client.bystander", 5*sec, sec),
		}, ""},
		"after a kill of the leader none is known": {[]plan.Event{
			event("leader-kill", "leader", sec, sec), event("follower-kill", "client.collector", 4*sec, sec),
		}, "client.collector may lead by then"},
		"the client of a leader alone may be cut off": {[]plan.Event{
			on(event("client-cut", "client.bystander", sec, sec), "only", "leader"), moved("follower.0", 3*sec),
			on(event("client-cut", "client.bystander", 4*sec, sec), "only", "leader"),
		}, "event e3: client-cut needs a target that leads"},
		"a member without clients": {
			[]plan.Event{on(event("link-latency", "n3", sec, sec), "on", "clients")},
			"link-latency with on=clients needs a target to which a client is pinned, and none may be pinned to " +
				"n3 by then"},
		"the first leader has a client": {[]plan.Event{on(event("link-latency", "leader", sec, sec), "on",
			"clients")}, ""},
		"and later may have none": {[]plan.Event{
			moved("follower.0", sec), on(event("link-latency", "leader", 2*sec, sec), "on", "clients"),
		}, "needs a target to which a client is pinned"},
	} {
		err := plan.Check(trial(c.events...), faults.Rules(), []string{"n1", "n2", "n3"}, nil)
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got\n%v\nwant %q", says, err, c.want)
		}
	}
}
