package collector

// The streams that the collector serves.
const (
	BatchStream   = "batch"
	PublishStream = "publish" // with a cluster only
	RecordStream  = "record"  // with a cluster only, and where a scenario asks for it
	LookupStream  = "lookup"  // with a cluster only, and where a scenario asks for it
)

// streams are what Record.Aux means in each; empty where it means nothing.
var streams = map[string]string{
	BatchStream: "build time", PublishStream: "age of the snapshot when it was acknowledged",
	RecordStream: "", LookupStream: "age of what was read when the lookup began",
}

var (
	clustered = []string{PublishStream, RecordStream, LookupStream}
	// optional are those that are driven where a scenario asks for them.
	optional = []string{RecordStream, LookupStream}
)
