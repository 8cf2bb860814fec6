package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestVariablesThatARunDoesNotHaveAreNamed(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "8MiB")
	t.Setenv("ETCD_CLIENT_DEBUG", "marked-value")
	var out bytes.Buffer
	announceEnvironment(&out)
	line := out.String()
	if !strings.HasPrefix(line, "members and workers run without these variables: ") || !strings.Contains(line, "ETCD_CLIENT_DEBUG, GOMEMLIMIT") ||
		strings.Contains(line, "marked") || strings.Count(line, "\n") != 1 {
		t.Errorf("announced: %q", line)
	}
}
