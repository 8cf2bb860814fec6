package results_test

import (
	"testing"

	"aftershock/results"
)

func TestProcessors(t *testing.T) {
	for want, e := range map[string]results.Environment{
		"1 core":                                 {Cores: 1},
		"2 cores":                                {Cores: 2},
		"2 cores (the control group allows 0.5)": {Cores: 2, Allowed: 0.5},
		"64 cores (the control group allows 1.5)": {Cores: 64, Allowed: 1.5},
	} {
		if got := e.Processors(); got != want {
			t.Errorf("%+v: %q, want %q", e, got, want)
		}
	}
}
