package harness

import (
	"fmt"
	"slices"

	"aftershock/internal/affinity"
	"aftershock/results"
)

// cores are the cores to which the processes of a trial are kept; nil lets them run on all.
type cores struct {
	worker, others []int
}

// keepToCores splits this machine's cores between the worker and all else, and keeps this process to its share. Release
// gives it all of them back.
func (r *runner) keepToCores() (release func() error, err error) {
	if !r.Pin {
		return func() error { return nil }, nil
	}
	if r.cores, err = split(); err != nil {
		return nil, err
	}
	r.run.Pinning = &results.Pinning{Worker: affinity.Format(r.cores.worker), Others: affinity.Format(r.cores.others)}
	if err := affinity.Keep(r.cores.others); err != nil {
		return nil, fmt.Errorf("--pin: %w", err)
	}
	return func() error { return affinity.Keep(slices.Concat(r.cores.worker, r.cores.others)) }, nil
}

// split divides the cores that this process may run on.
func split() (c cores, err error) {
	all, err := affinity.Cores()
	if err == nil {
		c.worker, c.others, err = affinity.Split(all)
	}
	if err != nil {
		return c, fmt.Errorf("--pin: %w", err)
	}
	return c, nil
}
