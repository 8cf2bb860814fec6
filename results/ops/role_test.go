package ops_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/results/ops"
)

func TestAStreamIsFoundByItsRole(t *testing.T) {
	stream := func(name string, role ops.Role) ops.Stream {
		return ops.Stream{Name: name, Role: role, Timeout: time.Second}
	}
	for name, c := range map[string]struct {
		streams            []ops.Stream
		primary, snapshots int // -1 for none
	}{
		"stated": {[]ops.Stream{stream("s", ops.Snapshots), stream("r", ops.Plain), stream("p", ops.Primary)},
			2, 0},
		"no snapshots": {[]ops.Stream{stream("publish", ops.Plain), stream("p", ops.Primary)}, 1, -1},
		"from before": {[]ops.Stream{stream("r", ops.Plain), stream("publish", ops.Plain),
			stream("batch", ops.Plain)}, 2, 1},
		"none that is so": {[]ops.Stream{stream("r", ops.Plain)}, -1, -1},
	} {
		h := ops.Header{Streams: c.streams}
		for role, want := range map[ops.Role]int{ops.Primary: c.primary, ops.Snapshots: c.snapshots} {
			if got, ok := h.Role(role); got != want || ok != (want >= 0) {
				t.Errorf("%s: the role %s is of stream %d, %v; want %d", name, role, got, ok, want)
			}
		}
	}
}

func TestARoleThatIsNoneIsRefused(t *testing.T) {
	for role, want := range map[ops.Role]string{
		"primry":    `stream "a" has the role "primry" (allowed: primary, snapshots, or none)`,
		ops.Primary: `streams "a" and "b" both have the role "primary"`,
	} {
		_, err := ops.Create(filepath.Join(t.TempDir(), "ops.bin"), ops.Header{Streams: []ops.Stream{
			{Name: "a", Role: role, Timeout: time.Second}, {Name: "b", Role: role, Timeout: time.Second},
		}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}
