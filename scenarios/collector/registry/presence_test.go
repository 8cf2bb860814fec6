package registry

import (
	"maps"
	"testing"
	"time"

	"aftershock/internal/clock"
)

func TestAnAbsenceThatTheEndCutsOffIsTold(t *testing.T) {
	const second = clock.Nanos(time.Second)
	for _, c := range []struct {
		name    string
		answers []bool // one a second; the trial ends a second after the last
		want    map[string]uint64
	}{
		{"never there", []bool{false, false}, map[string]uint64{}},
		{"always there", []bool{true, true}, map[string]uint64{}},
		{"came back", []bool{true, false, true}, map[string]uint64{Lost: 1, Unregistered: 1e9}},
		{"never came back", []bool{true, false, false},
			map[string]uint64{Lost: 1, Unregistered: 2e9, UnregisteredAtEnd: 1}},
		{"came back and went again", []bool{true, false, true, false},
			map[string]uint64{Lost: 2, Unregistered: 2e9, UnregisteredAtEnd: 1}},
	} {
		got := map[string]uint64{}
		p := presence{count: func(counter string, n uint64) { got[counter] += n }}
		var at clock.Nanos
		for _, there := range c.answers {
			p.saw(there, at)
			at += second
		}
		if p.end(at); !maps.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
