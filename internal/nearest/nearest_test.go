package nearest

import (
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	names := []string{"context-isolation", "lock-across-rpc", "null", "control"}
	for _, c := range []struct{ got, want string }{
		{"context-isolaton", "context-isolation"},
		{"Lock-Across-RPC", "lock-across-rpc"},
		{"nul", "null"},
		{"entirely-different-thing", ""},
	} {
		if got := Match(c.got, names); got != c.want {
			t.Errorf("Match(%q) = %q, want %q", c.got, got, c.want)
		}
	}
	if got := Match("anything", nil); got != "" {
		t.Errorf("Match without candidates = %q", got)
	}
}

func TestUnknownNamesAllowedAndNearest(t *testing.T) {
	msg := Unknown("fix", "nul", []string{"null", "control"}).Error()
	for _, want := range []string{`unknown fix "nul"`, `did you mean "null"?`, "null, control"} {
		if !strings.Contains(msg, want) {
			t.Errorf("%q lacks %q", msg, want)
		}
	}
}
