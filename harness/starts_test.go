package harness

import (
	"errors"
	"strings"
	"testing"

	"aftershock/internal/process"
	"aftershock/results"
)

func TestTwoStartsInARowThatFailEndTheRun(t *testing.T) {
	member := &process.Unstarted{Who: "member n1", Cause: errors.New("ended"), Log: "out/run/members/n1.log"}
	other := &process.Unstarted{Who: "member n2", Cause: errors.New("ended")}
	busy := &process.Unstarted{Who: "member n1", Cause: errors.New("does not serve"), Noise: true}
	worker := &process.Unstarted{Who: theWorker, Cause: errors.New("ended")}
	began := func(arm results.Arm) *trial { return &trial{epoch: 1, record: results.Trial{Arm: arm}} }
	not := func(u *process.Unstarted, arm results.Arm) *trial {
		return &trial{unstarted: u, record: results.Trial{Arm: arm}}
	}
	for _, c := range []struct {
		name   string
		trials []*trial
		ends   int // the number of the trial that ends the run; 0 for none
	}{
		{"two members", []*trial{not(member, "before"), not(other, "before")}, 2},
		{"one of them began", []*trial{not(member, "before"), began("after"), not(member, "after")}, 0},
		{"noise", []*trial{not(busy, "before"), not(busy, "after"), not(busy, "before")}, 0},
		{"noise in between", []*trial{not(member, "before"), not(busy, "after"), not(member, "before")}, 3},
		{"no child's", []*trial{not(nil, "before"), not(nil, "after")}, 0},
		{"workers of one arm", []*trial{not(worker, "after"), not(worker, "after")}, 0},
		{"workers of two arms", []*trial{not(worker, "before"), not(worker, "after")}, 2},
		{"a worker and a member", []*trial{not(worker, "after"), not(member, "after")}, 2},
	} {
		var s starts
		for i, tr := range c.trials {
			err := s.tried(tr)
			if (err != nil) != (i+1 == c.ends) {
				t.Errorf("%s: after trial %d: %v", c.name, i+1, err)
			}
			var u *process.Unstarted
			if err != nil && (!errors.As(err, &u) || u != tr.unstarted) {
				t.Errorf("%s: %v is of no child", c.name, err)
			}
		}
	}
	want := "two trials in a row did not begin, and not by chance: member n1 ended (n1.log); read out/run/members/n1.log"
	if got := (errUnstarted{member}).Error(); got != want || strings.Contains(errUnstarted{worker}.Error(), "read") {
		t.Errorf("got %s, want %s", got, want)
	}
}
