package results

import "time"

// Machine is what the machine did during a trial, whoever caused it. The canary and the steal cannot see the arm, so they
// may make a pair invalid; the rest can, because a slow arm loads the machine itself, and is only shown.
type Machine struct {
	// CanaryBefore and CanaryAfter are how long a fixed loop took right before the boot and right after the teardown, when
	// nothing else of the harness ran.
	CanaryBefore time.Duration `json:"canary_before_ns"`
	CanaryAfter  time.Duration `json:"canary_after_ns"`
	Steal        float64       `json:"steal"` // share of the machine's CPU time that the hypervisor gave to others
	Pressure     Pressure      `json:"pressure"`
	Load         float64       `json:"load"` // the load average over one minute at the end of the trial
}

// Pressure is the kernel's pressure stall information: the share of the trial in which at least one task waited for the
// resource. A kernel without it leaves Known false.
//
// https://docs.kernel.org/accounting/psi.html
type Pressure struct {
	Known  bool    `json:"known"`
	CPU    float64 `json:"cpu"`
	IO     float64 `json:"io"`
	Memory float64 `json:"memory"`
}

// Process is how one process of the trial was set up.
type Process struct {
	Role       string `json:"role"` // worker (generator and workload), orchestrator, or a member's name
	GOMAXPROCS int    `json:"gomaxprocs"`
	GOGC       int    `json:"gogc"`
	Cores      string `json:"cores"` // the affinity, as the kernel lists it: "0-1"
}
