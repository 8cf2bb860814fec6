package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "record: 0 arguments (allowed: one, a run's folder)\n"},
		{[]string{"a", "b"}, 2, "record: 2 arguments"},
		{[]string{t.TempDir()}, 1, "is not a run's folder"},
	} {
		var out, err bytes.Buffer
		if code := record(c.args, &out, &err); code != c.code || out.Len() > 0 || !strings.Contains(err.String(), c.want) {
			t.Errorf("%q: exit %d, %q, %q", c.args, code, out.String(), err.String())
		}
	}
}
