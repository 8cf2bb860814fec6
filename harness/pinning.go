package harness

import (
	"fmt"

	"aftershock/internal/affinity"
	"aftershock/results"
)

// cores are those that the processes of a trial are kept to; nil lets them run on all.
type cores struct {
	worker, others []int
}

// keepToCores splits this machine's cores between the worker and all else, and keeps this process to its share. Release
// gives it all of them back.
func (r *runner) keepToCores() (release func() error, err error) {
	if !r.Pin {
		return func() error { return nil }, nil
	}
	all, err := affinity.Cores()
	if err != nil {
		return nil, fmt.Errorf("--pin: %w", err)
	}
	if r.cores.worker, r.cores.others, err = affinity.Split(all); err != nil {
		return nil, fmt.Errorf("--pin: %w", err)
	}
	r.run.Pinning = &results.Pinning{Worker: affinity.Format(r.cores.worker), Others: affinity.Format(r.cores.others)}
	if err := affinity.Keep(r.cores.others); err != nil {
		return nil, fmt.Errorf("--pin: %w", err)
	}
	return func() error { return affinity.Keep(all) }, nil
}
