package collector

// The streams that the collector serves.
const (
	BatchStream   = "batch"
	PublishStream = "publish" // with a cluster only
)

// streams are what Record.Aux means in each; empty where it means nothing.
var streams = map[string]string{
	BatchStream: "build time", PublishStream: "age of the snapshot when it was acknowledged",
}

var (
	clustered = []string{PublishStream}
	// optional are those that are driven where a scenario asks for them.
	optional []string
)
