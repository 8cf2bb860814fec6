package process

import (
	"runtime"
	"runtime/metrics"

	"aftershock/internal/affinity"
)

// Setup is how a process is set up to use the machine.
type Setup struct {
	GOMAXPROCS int    `json:"gomaxprocs"`
	GOGC       int    `json:"gogc"`  // percent; -1 is off
	Cores      string `json:"cores"` // those that it may run on, as the kernel lists them: "0-1,3"; "" if it tells none
}

// Own is how this process is set up at the moment.
func Own() Setup {
	// debug.SetGCPercent would tell as well, but only by changing it.
	gogc := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(gogc)
	cores, _ := affinity.Cores() // a kernel that does not tell leaves the list empty
	return Setup{
		GOMAXPROCS: runtime.GOMAXPROCS(0),
		GOGC:       int(gogc[0].Value.Uint64()), // off is a -1 that the runtime has made a uint64
		Cores:      affinity.Format(cores),
	}
}
