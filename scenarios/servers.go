package scenarios

import (
	"slices"
	"strings"
	"time"

	"aftershock/harness/cluster"
	"aftershock/internal/document"
	"aftershock/internal/nearest"
	"aftershock/scenarios/build"
	"aftershock/scenarios/kv"

	"go.etcd.io/etcd/api/v3/version"
)

// readArms reads the two servers that a load on etcd compares, and what to call the comparison: the settings in which
// they differ, where the scenario does not say it. Usual is what the cluster's members run.
func readArms(v document.Value, usual *cluster.Program, c *kv.Config) {
	if !v.Given() {
		return
	}
	o, _ := v.Object([]string{"before", "after"}, nil)
	c.Arms = &kv.Arms{Before: readArm(o["before"], usual), After: readArm(o["after"], usual)}
	if (c.Arms.Before.Program == nil) != (c.Arms.After.Program == nil) {
		v.Addf("one arm's members run this program's own etcd, which differs from any binary in more than its "+
			"version: give both arms a binary or a module, or the cluster one (such as module: %s@v%s)",
			build.ServerModule, version.Version)
	}
	if names, says := c.Arms.Differing(); len(names) > 0 {
		c.Fix, c.Says = strings.ToLower(strings.Join(names, "-")), says
	}
}

func readArm(v document.Value, usual *cluster.Program) (s cluster.Server) {
	o, ok := v.Object(nil, append([]string{"server"}, programFields...))
	if !ok {
		return s
	}
	program := readEtcd(o)
	if program == nil {
		program = usual
	}
	switch {
	case o["server"].Given():
		s = readServer(o["server"], program != nil)
	case !o["binary"].Given() && !o["module"].Given():
		v.Addf("names no server (fields: server, binary, module)")
	}
	s.Program = program
	return s
}

// The limits of settings that are etcd's own business: what no one would mean.
const (
	mostSnapshotCount = 10_000_000
	mostBatchLimit    = 1_000_000
	longestBatch      = time.Minute
)

// readServer reads the settings of members as etcd's flags name them. None of them leaves the server as it is. Which
// feature gates another etcd than our own has is for it to say.
func readServer(v document.Value, another bool) (s cluster.Server) {
	o, _ := v.Object(nil, []string{"snapshot-count", "heartbeat-interval", "election-timeout",
		"backend-batch-limit", "backend-batch-interval", "fsync", "feature-gates"})
	if o["snapshot-count"].Given() {
		s.SnapshotCount = o["snapshot-count"].Integer(10, mostSnapshotCount)
	}
	if o["heartbeat-interval"].Given() {
		s.Heartbeat, _ = readMillis(o["heartbeat-interval"], time.Millisecond, 10*time.Second)
	}
	if o["election-timeout"].Given() {
		s.Election, _ = readMillis(o["election-timeout"], 5*time.Millisecond, 50*time.Second)
	}
	if o["backend-batch-limit"].Given() {
		s.BatchLimit = o["backend-batch-limit"].Integer(1, mostBatchLimit)
	}
	if o["backend-batch-interval"].Given() {
		s.BatchInterval, _ = o["backend-batch-interval"].Duration(shortest, longestBatch)
	}
	if o["fsync"].Given() {
		on, ok := o["fsync"].Bool()
		s.NoFsync = ok && !on
	}
	if o["feature-gates"].Given() {
		s.Features = readFeatures(o["feature-gates"], another)
	}
	return s
}

// readFeatures reads feature gates.
func readFeatures(v document.Value, another bool) map[string]bool {
	gates, known := map[string]bool{}, cluster.FeatureGates()
	for _, e := range entries(v) {
		on, ok := e.Value.Bool()
		if !another && !slices.Contains(known, e.Name) {
			e.Key.Addf("%v", nearest.Unknown("feature gate", e.Name, known))
		}
		if ok {
			gates[e.Name] = on
		}
	}
	return gates
}
