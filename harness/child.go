package harness

import (
	"fmt"
	"os"

	"aftershock/harness/cluster"
	"aftershock/internal/process"
)

// Child is the first line of main and of every TestMain: when this process was started as a member, a worker or a
// reaper it does that work and exits; otherwise it returns.
func Child(r Registry) {
	switch role := process.Role(); role {
	case "":
		children = &r
	case cluster.MemberRole:
		os.Exit(cluster.Member())
	case workerRole:
		os.Exit(worker(r))
	case process.ReaperRole:
		os.Exit(process.Reap())
	default:
		fmt.Fprintf(os.Stderr, "%s=%s: no such role\n", process.RoleVariable, role)
		os.Exit(2)
	}
}

// children is the registry of this process's children; nil until Child was called.
var children *Registry
