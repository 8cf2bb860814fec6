package ops_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"aftershock/results/ops"
)

func TestBookMissing(t *testing.T) {
	table, path := create(t, twoStreams)
	sent := ops.Record{Outcome: ops.Failed, Reason: ops.Ambiguous, Intended: 3e8, Lag: 1e6, Service: 2e6}
	table.Put(1, 3, sent)
	if table.Books(1).Balanced() {
		t.Error("the books balance although six slots are empty")
	}
	intended := []int64{0, 1e8, 2e8, 3e8, 4e8, 5e8, 6e8}
	if booked, err := table.BookMissing(1, intended, ops.Crashed); err != nil || booked != 6 {
		t.Fatalf("booked %d, %v, want 6", booked, err)
	}
	if booked, err := table.BookMissing(1, intended, ops.Interrupted); err != nil || booked != 0 {
		t.Fatalf("booked %d again, %v", booked, err)
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	log := read(t, path)
	for n, got := range log.Records(1) {
		want := ops.Record{Outcome: ops.Missed, Reason: ops.Crashed, Intended: intended[n], Lag: 75 * time.Millisecond}
		if n == 3 {
			want = sent
		}
		if got != want {
			t.Errorf("operation %d: %+v, want %+v", n, got, want)
		}
	}
	books := log.Books(1)
	if !books.Balanced() || books.Offered != 7 || books.Reasons[ops.Crashed] != 6 || books.Reasons[ops.Ambiguous] != 1 {
		t.Errorf("books %+v", books)
	}
}

func TestBookMissingRefuses(t *testing.T) {
	table, _ := create(t, twoStreams)
	_, err := table.BookMissing(1, make([]int64, 6), ops.Crashed)
	if err == nil || !strings.Contains(err.Error(), "7 slots") {
		t.Errorf("a schedule of another length: %v", err)
	}
	_, err = table.BookMissing(1, make([]int64, 7), ops.Timeout)
	if err == nil || !strings.Contains(err.Error(), "timeout") {
		t.Errorf("a reason to fail: %v", err)
	}
	if got := table.Books(1); got.Missed != 0 {
		t.Errorf("something was booked: %+v", got)
	}
}

func TestBooks(t *testing.T) {
	var b ops.Books
	for _, r := range []ops.Record{
		{Outcome: ops.OK}, {Outcome: ops.OK},
		{Outcome: ops.Failed, Reason: ops.Timeout},
		{Outcome: ops.Missed, Reason: ops.InFlightCap}, {Outcome: ops.Missed, Reason: ops.InFlightCap},
	} {
		b.Count(r)
	}
	text, err := json.Marshal(b)
	const want = `{"offered":5,"ok":2,"failed":1,"missed":2,"reasons":{"in_flight_cap":2,"timeout":1}}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
	var back ops.Books
	if err := json.Unmarshal(text, &back); err != nil || !back.Balanced() || back.Reasons[ops.InFlightCap] != 2 {
		t.Errorf("read back as %+v, %v", back, err)
	}
	for name, change := range map[string]func(*ops.Books){
		"an operation without outcome":   func(b *ops.Books) { b.Count(ops.Record{}) },
		"a failure without reason":       func(b *ops.Books) { b.Offered++; b.Failed++ },
		"a reason without its operation": func(b *ops.Books) { b.Reasons[ops.Timeout]++ },
		"more operations than offered":   func(b *ops.Books) { b.OK++ },
	} {
		var b ops.Books
		b.Count(ops.Record{Outcome: ops.Failed, Reason: ops.Timeout})
		if change(&b); b.Balanced() {
			t.Errorf("%s: balanced", name)
		}
	}
	var r ops.Reason
	err = r.UnmarshalText([]byte("time_out"))
	if err == nil || !strings.Contains(err.Error(), `did you mean "timeout"?`) {
		t.Errorf("an unknown reason: %v", err)
	}
}

func TestCharged(t *testing.T) {
	const timeout = time.Second
	for _, c := range []struct {
		r    ops.Record
		want time.Duration
	}{
		{ops.Record{Outcome: ops.OK, Lag: 1, Service: 2}, 3},
		{ops.Record{Outcome: ops.Failed, Reason: ops.Rejected, Lag: 1, Service: 2}, timeout},
		{ops.Record{Outcome: ops.Failed, Reason: ops.Timeout, Lag: 1, Service: 2 * timeout}, 2*timeout + 1},
		{ops.Record{Outcome: ops.Missed, Reason: ops.Crashed, Lag: timeout}, timeout},
	} {
		if got := c.r.Charged(timeout); got != c.want {
			t.Errorf("%+v is charged %v, want %v", c.r, got, c.want)
		}
	}
}
