package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// rollingRestart restarts one member after the other, each when the one before follows again, the leader last: an
// update of the cluster's version or configuration.
//
//	how    stop: gracefully, as SIGTERM does; kill: with SIGKILL. Default stop.
//	pause  from one member following again to the next one's end, 0s to 1m. Default 500ms.
//
// It takes effect when the first member is gone, and has to finish within its hold: a second or two a member, and up to
// 5 s and two election time-outs more while requests are pending at one that stops. An interrupted round is an error.
var rollingRestart = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "rolling-restart", Settle: 2 * time.Second, Held: true, Aim: plan.AtCluster, Takes: goneMember,
		Members: 3,
		Params: []plan.Param{
			{Name: "how", Kind: plan.OneOf, Default: byStop, Choices: []string{byStop, byKill},
				Says: "how a member ends"},
			{Name: "pause", Kind: plan.Duration, Default: "500ms", Low: "0s", High: "1m",
				Says: "from one member to the next"},
		},
	},
	Group:   chaos.OfProcess,
	Summary: "one member after the other is restarted, the leader last",
	Needs:   []chaos.Ability{chaos.CanStop, chaos.CanCrash, chaos.CanAdminister},
	Inject:  injectRolling,
}

// The ways in which rolling-restart ends a member.
const (
	byStop = "stop"
	byKill = "kill"
)

func injectRolling(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	f, err := newRound(t, e)
	if err != nil {
		return nil, err
	}
	if e.Params["how"] == byKill {
		f.end = t.Crash
	}
	f.task = begin(f.run)
	return f, nil
}
