//go:build withoutserver

package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"

	"aftershock/chaos"
)

// What is built with the tag withoutserver has no etcd of its own: it is a worker, whose client of etcd may then be of
// another version than the server that the orchestrator's members run. A worker boots no members: no trial calls
// what is here.
var errWithoutServer = errors.New("this program was built without etcd's server (go build -tags withoutserver)")

// Embedded is a cluster that this program cannot have.
type Embedded struct{ Cluster }

// StartEmbedded refuses.
func StartEmbedded(context.Context, Config) (*Embedded, error) { return nil, errWithoutServer }

// Able refuses every fault.
func (*Embedded) Able(chaos.Ability) error { return errWithoutServer }

// Restore refuses.
func (c *Processes) Restore(context.Context, string) error { return errWithoutServer }

// Member refuses to be a member.
func Member() int {
	fmt.Fprintln(os.Stderr, "member:", errWithoutServer)
	return 2
}

// FeatureGates lists none.
func FeatureGates() []string { return nil }

func raftIDs(string, string) (map[uint64]string, error) { return nil, errWithoutServer }
