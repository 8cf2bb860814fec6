package results_test

import (
	"encoding/json"
	"testing"

	"aftershock/results"
)

// A record that counts from the injection says nothing of when an outage began, which is not the same as that there
// was none.
func TestOutagesThatCountedFromTheInjectionAreOlder(t *testing.T) {
	for text, want := range map[string]bool{
		`{"client":"collector","longest_gap_ns":5010000000,"first_success_ns":5010000000}`: true,
		`{"client":"collector","longest_gap_ns":50000000}`:                                 false,
		`{"client":"collector","longest_gap_ns":5010000000,"began_ns":7,"served_ns":9}`:    false,
	} {
		var l results.LinkOutage
		if err := json.Unmarshal([]byte(text), &l); err != nil || l.Older() != want || l.Client != "collector" {
			t.Errorf("%s: %+v, %v", text, l, err)
		}
	}
}
