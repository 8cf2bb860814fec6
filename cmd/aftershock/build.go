package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"aftershock/harness"
	"aftershock/scenarios"
	"aftershock/scenarios/build"
	"aftershock/scenarios/fixes"
)

// buildArms builds what the scenario's arms are made of and what its members run, if it says so. It does so once the
// machine is this run's: a compiler beside another run would be that run's noise. What another etcd cannot do is known
// only then.
func buildArms(ctx context.Context, o *harness.Options, stderr io.Writer) error {
	err := scenarios.Build(ctx, o, fixes.Registry(), build.UserStore, func(line string) { fmt.Fprintln(stderr, line) })
	var unknown *build.Unknown
	if errors.As(err, &unknown) {
		return usage(err)
	}
	if err != nil {
		return err
	}
	return usage(o.CheckScenario())
}
