package noise

import (
	"aftershock/internal/process"
	"aftershock/results"
)

// Self is how this process is set up, for a trial's record.
func Self(role string) results.Process {
	own := process.Own()
	return results.Process{Role: role, GOMAXPROCS: own.GOMAXPROCS, GOGC: own.GOGC, Cores: own.Cores}
}
