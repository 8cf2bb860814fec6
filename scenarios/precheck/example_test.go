package precheck_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"aftershock/scenarios/precheck"
)

// Readers load the newest complete map. A refresh swaps in another, or leaves them the one they have.
func Example() {
	var current atomic.Pointer[map[string]int]
	refresh := func(ctx context.Context, source []string) error {
		lengths, err := precheck.Build(ctx, nil, func(ctx context.Context, into map[string]int) error {
			check := precheck.Every(ctx, 64)
			for _, name := range source {
				if err := check.Err(); err != nil {
					return err
				}
				into[name] = len(name)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("refresh: %w", err)
		}
		current.Store(&lengths)
		return nil
	}

	ctx, cancel := context.WithCancel(context.Background())
	fmt.Println(refresh(ctx, []string{"one", "three"}))
	fmt.Println(*current.Load())
	cancel()
	err := refresh(ctx, []string{"fifteen"})
	fmt.Println(err, errors.Is(err, context.Canceled))
	fmt.Println(*current.Load())
	// Output:
	// <nil>
	// map[one:3 three:5]
	// refresh: context canceled true
	// map[one:3 three:5]
}

// A single builder keeps the map of a build that failed, and fills it again.
func ExampleBuild_reuse() {
	private := map[string]int{}
	for _, broken := range []bool{true, false} {
		complete, err := precheck.Build(context.Background(), private, func(_ context.Context, into map[string]int) error {
			into["n1:up"] = 1
			if broken {
				return errors.New("n2 does not answer")
			}
			into["n2:up"] = 1
			return nil
		})
		fmt.Println(complete, err, len(private))
	}
	// Output:
	// map[] n2 does not answer 0
	// map[n1:up:1 n2:up:1] <nil> 2
}
