package null_test

import (
	"context"
	"testing"
	"time"

	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes/null"
)

type builder struct{ name string }

func (builder) Build(context.Context, map[string]any, []collector.Series) {}

type board struct{ collector.Board }

func TestBothArmsLeaveTheSeamsAsTheyAre(t *testing.T) {
	for arm, change := range map[string]func(*collector.Seams){"before": null.Fix.Before, "after": null.Fix.After} {
		seams := collector.Seams{
			Builder:  builder{"the one that was there"},
			NewBoard: func(func(time.Duration)) collector.Board { return board{} },
		}
		change(&seams)
		if seams.Builder != (builder{"the one that was there"}) || seams.NewBoard(nil) != (board{}) {
			t.Errorf("%s puts %v and %v into the seams", arm, seams.Builder, seams.NewBoard(nil))
		}
	}
	if !null.Fix.Instrument || null.Fix.Expect != 0 {
		t.Errorf("null expects a change of %v", null.Fix.Expect)
	}
}
