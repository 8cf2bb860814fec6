package main

import (
	"os"
	"testing"
	"time"

	"aftershock/harness"
)

// The test's binary is its own members and its own service.
func TestMain(m *testing.M) {
	harness.Child(harness.Registry{Fixes: []harness.Fix{service}})
	os.Exit(m.Run())
}

func TestTheStoreSurvivesTheLossOfItsLeader(t *testing.T) {
	harness.Test(t, service, harness.Survival{Outage: 8 * time.Second})
}
