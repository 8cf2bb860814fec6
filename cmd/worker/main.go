// Worker is the worker of a trial alone: the load generator and the workloads, without etcd's server. An arm of a
// scenario with a section arms is built to it, with another version of etcd's client or another Go toolchain:
//
//	go build -tags withoutserver ./cmd/worker
//
// With that tag no package of this program imports the server's module, whose client would be of its own version.
package main

import (
	"fmt"
	"os"

	"aftershock/harness"
	"aftershock/scenarios/fixes"
)

func main() {
	harness.Child(fixes.Registry())
	fmt.Fprintln(os.Stderr, "worker: aftershock starts it, where a scenario's arms are builds of the collector "+
		"(docs/upgrade.md)")
	os.Exit(2)
}
