package collector

import (
	"slices"

	"aftershock/harness"
	"aftershock/harness/load"
)

// operation is what one operation of a stream does.
type operation = func(*load.Op)

// parts are what the scenario asks for beside batches and snapshots: the streams that it drives, and its settings.
func (w workload) parts(on Wire, s *service, env harness.Env) (all []part) {
	if slices.Contains(env.Streams, RecordStream) {
		all = append(all, w.records(on, s))
	}
	return all
}
