package collector_test

import (
	"context"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/results/ops"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"
)

// What a record's writer makes of it is no part of this.
func TestARecordThatBeginsWithoutALeaderIsMarked(t *testing.T) {
	c := boot(t, 3)
	s := recording(around(t, c, "n1"))
	seams := repaired()
	seams.NewWriter = func(part.Wire) records.Writer {
		return writing(func(context.Context, records.Record) error { return nil })
	}
	service := start(t, s, seams, witnessed...)
	marked := func(n int, want ops.Flags) {
		t.Helper()
		if op := record(service, n, time.Minute); op.Flags != want {
			t.Errorf("record %d has the flags %d, want %d", n, op.Flags, want)
		}
	}
	marked(0, 0)
	heal := isolate(t, c, "n1")
	await(t, s, harness.LeaderGone)
	marked(1, ops.Trigger)
	heal()
	await(t, s, harness.LeaderBack)
	marked(2, 0)
	s.expect(t, map[string]uint64{records.Leaderless: 1})
}
