package collector

import (
	"aftershock/harness"
	"aftershock/results/ops"
)

// The streams that the collector serves.
const (
	BatchStream   = "batch"
	PublishStream = "publish" // with a cluster only
	RecordStream  = "record"  // with a cluster only, and where a scenario asks for it
	LookupStream  = "lookup"  // with a cluster only, and where a scenario asks for it
)

var streams = []harness.Served{
	{Name: BatchStream, Role: ops.Primary, Aux: "build time"},
	{Name: PublishStream, Role: ops.Snapshots, Aux: "age of the snapshot when it was acknowledged", Clustered: true},
	{Name: RecordStream, Clustered: true, Optional: true},
	{Name: LookupStream, Aux: "age of what was read when the lookup began", Clustered: true, Optional: true},
}
