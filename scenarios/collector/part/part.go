// Package part is the contract between the collector and its parts. A part is what the service does besides building
// and publishing batches, where a scenario asks for it. It brings its settings, its stream, its figures, the seam in
// which the arms of a fix differ, and its life; the collector has one list of all (collector/parts.go).
package part

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Prefix is where all of the collector's keys lie.
const Prefix = harness.Prefix + "collector/"

// Patience is how long registering, watching and the first request of each part may wait for the cluster. Making a
// client waits for nothing but a user's token, for as long as well: it is the first request that connects.
const Patience = 10 * time.Second

// Part is one part, before a service is made with it.
type Part struct {
	Seam     string         // the field of collector.Seams that it is made with; empty for none
	Settings []Setting      // the first one asks for the part where it is not 0
	Stream   harness.Served // asks for the part where it is driven and there is no setting; without a name for none
	Figures  []string       // its counters, and other figures that a service without it does not have
	// Lacking says what a scenario does not give that the part is about; nil for a part that a setting or its stream
	// asks for.
	Lacking func(harness.Scenario) string
	// New makes the part of one service with a cluster; nil for a part that the service itself plays.
	New func(Base) Life
}

// Base is what the service gives to its parts.
type Base struct {
	Wire // without a client
	// Truth makes a client past all links, for what has to know what is true while the service cannot, and for other
	// writers to the same cluster. It outlives the service's context.
	Truth func() (*clientv3.Client, error)
	// Lost tells whether the service's watch has reported that there is no leader. Parts ask it before a seam does
	// anything, so that both arms are known to have met the same condition.
	Lost     func() bool
	Settings harness.Settings
	Counters []string // those that the trial keeps
}

// Life is a part of a service that runs.
type Life interface {
	// Start begins it. What it starts ends with ctx. Close has to follow, whatever it returns.
	Start(ctx context.Context) error
	// Close waits for all that Start started, whose context has ended. What it still looks up ends with ctx, and the
	// clients are closed after it.
	Close(ctx context.Context) error
}

// Driven is a part with a stream.
type Driven interface {
	Life
	Do(op *load.Op) // one operation of its stream; it is called by many goroutines
}

// Setting is one of a scenario's numbers: what it may be, and where.
type Setting struct {
	Name        string
	Least, Most int
	// Why it is only for a service with a cluster, or only for one without; empty where it is for both.
	Clustered, Alone string
}

// Check refuses a value that the setting cannot have, with or without a cluster.
func (s Setting) Check(value int, clustered bool) error {
	switch {
	case value < s.Least || value > s.Most:
		return fmt.Errorf("the workload's setting %q is %d (allowed: %d to %d)", s.Name, value, s.Least, s.Most)
	case value > 0 && s.Alone != "" && clustered:
		return fmt.Errorf("the workload's setting %q is for a service without a cluster: %s", s.Name, s.Alone)
	case value > 0 && s.Clustered != "" && !clustered:
		return fmt.Errorf("the workload's setting %q is for a service with a cluster: %s", s.Name, s.Clustered)
	}
	return nil
}

// Asked tells whether a scenario with these settings and streams asks for the part.
func (p Part) Asked(settings harness.Settings, streams []string) bool {
	if len(p.Settings) > 0 {
		return settings[p.Settings[0].Name] > 0
	}
	return slices.Contains(streams, p.Stream.Name)
}

// Lacks says what a scenario does not give that asks for the part; empty where it does.
func (p Part) Lacks(s harness.Scenario) string {
	var streams []string
	for _, given := range s.Streams {
		streams = append(streams, given.Name)
	}
	switch {
	case p.Lacking != nil:
		return p.Lacking(s)
	case p.Asked(s.Workload, streams):
		return ""
	case len(p.Settings) > 0:
		return fmt.Sprintf("workload setting %q", p.Settings[0].Name)
	}
	return fmt.Sprintf("stream %q", p.Stream.Name)
}
