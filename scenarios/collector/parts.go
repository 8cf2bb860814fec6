package collector

import (
	"aftershock/harness"
	"aftershock/harness/load"
)

// operation is what one operation of a stream does.
type operation = func(*load.Op)

// parts are what the scenario asks for beside batches and snapshots: the streams that it drives, and its settings.
func (w workload) parts(Wire, *service, harness.Env) (all []part) {
	return all
}
