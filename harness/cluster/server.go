package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/nearest"
)

// Server is how the members of a cluster are set. The zero value leaves them as the cluster's shape says. The members
// of two arms differ in it and in nothing else.
type Server struct {
	SnapshotCount int             `json:"snapshot_count,omitempty"`
	Heartbeat     time.Duration   `json:"heartbeat,omitempty"`
	Election      time.Duration   `json:"election,omitempty"`
	BatchLimit    int             `json:"batch_limit,omitempty"`    // operations between two commits of the backend
	BatchInterval time.Duration   `json:"batch_interval,omitempty"` // time between two commits of the backend
	NoFsync       bool            `json:"no_fsync,omitempty"`       // write-ahead log and backend are never synced
	Features      map[string]bool `json:"features,omitempty"`       // feature gates

	Program *Program `json:"program,omitempty"` // that members run; nil is this program's own etcd
}

// Settings are its settings as etcd's flags name them, with their values.
func (s Server) Settings() map[string]string {
	all := map[string]string{}
	set := func(name, value string, given bool) {
		if given {
			all[name] = value
		}
	}
	set("snapshot-count", strconv.Itoa(s.SnapshotCount), s.SnapshotCount != 0)
	set("heartbeat-interval", s.Heartbeat.String(), s.Heartbeat != 0)
	set("election-timeout", s.Election.String(), s.Election != 0)
	set("backend-batch-limit", strconv.Itoa(s.BatchLimit), s.BatchLimit != 0)
	set("backend-batch-interval", s.BatchInterval.String(), s.BatchInterval != 0)
	set("fsync", "false", s.NoFsync)
	if s.Program != nil {
		set("version", s.Program.asked(), true)
	}
	for name, on := range s.Features {
		set(name, strconv.FormatBool(on), true)
	}
	return all
}

// in is the server with what the cluster's shape says where it says nothing itself.
func (s Server) in(c Config) Server {
	s.Heartbeat, s.Election = cmp.Or(s.Heartbeat, c.Tick), cmp.Or(s.Election, c.Election)
	s.SnapshotCount = cmp.Or(s.SnapshotCount, c.SnapshotCount)
	s.Program = cmp.Or(s.Program, c.Program)
	return s
}

// check refuses what etcd would refuse.
func (s Server) check() error {
	var errs []error
	if s.Election < 5*s.Heartbeat {
		errs = append(errs, fmt.Errorf("election-timeout is %v, etcd wants at least 5 heartbeats of %v", s.Election,
			s.Heartbeat))
	}
	if s.Program != nil { // which knows its own gates
		if s.Program.SHA256 != "" {
			errs = append(errs, s.Program.lacks(s))
		}
		return errors.Join(errs...)
	}
	gates := FeatureGates()
	for _, name := range slices.Sorted(maps.Keys(s.Features)) {
		if !slices.Contains(gates, name) {
			errs = append(errs, nearest.Unknown("feature gate", name, gates))
		}
	}
	return errors.Join(errs...)
}

// gates are the features as the flag has them.
func (s Server) gates() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(s.Features)) {
		all = append(all, name+"="+strconv.FormatBool(s.Features[name]))
	}
	return strings.Join(all, ",")
}
