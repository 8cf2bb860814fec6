package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// The label matchers of what a service did, and of a run and its cluster. Rates are over what Grafana takes for four
// scrapes: trials of ten seconds, scraped each second, would run into each other in more.
const (
	served   = `{run="$run",fix="$fix",stream=~"$stream"}`
	unserved = `{run="$run",fix="$fix",stream=~"$stream",outcome!="ok"}`
	answered = `{run="$run",fix="$fix",stream=~"$stream",outcome="ok"}`
	ofRun    = `{run="$run"}`
	interval = `[$__rate_interval]`
)

// quantile is a quantile of a histogram by some labels.
func quantile(q float64, metric, matchers, by string) string {
	return fmt.Sprintf("histogram_quantile(%v, %s)", q, rate(metric+"_bucket", matchers, by+", le"))
}

// rate is a counter's rate by some labels.
func rate(metric, matchers, by string) string {
	return fmt.Sprintf("sum by (%s) (rate(%s%s%s))", by, metric, matchers, interval)
}

var rows = []row{
	{"What the service did", []panel{
		{
			title: "Response time, P99", unit: units.Seconds, log: true,
			says: "From when an operation was due. One that failed or was missed counts at its time-out at least.",
			lines: []line{
				{quantile(0.99, "aftershock_response_seconds", served, "arm, stream"), "{{stream}} {{arm}}"},
			},
		},
		{
			title: "Response time, P50", unit: units.Seconds, log: true,
			says: "From when an operation was due. One that failed or was missed counts at its time-out at least.",
			lines: []line{
				{quantile(0.5, "aftershock_response_seconds", served, "arm, stream"), "{{stream}} {{arm}}"},
			},
		},
	}},
	{"What became of it", []panel{
		{
			title: "Goodput", unit: units.OpsPerSecond,
			says: "Operations a second that were answered well, and whole.",
			lines: []line{{
				rate("aftershock_operations_total", answered, "arm, stream") + " - " +
					rate("aftershock_partial_operations_total", served, "arm, stream"), "{{stream}} {{arm}}",
			}},
		},
		{
			title: "Failed, missed, partial", unit: units.OpsPerSecond,
			says: "Operations a second that failed, that were never sent, or that were answered in part.",
			lines: []line{
				{rate("aftershock_operations_total", unserved, "arm, outcome"), "{{outcome}} {{arm}}"},
				{rate("aftershock_partial_operations_total", served, "arm"), "partial {{arm}}"},
			},
		},
	}},
	{"What was done to the cluster", []panel{
		{
			title: "Faults at work", unit: units.Short, steps: true,
			says:  "1 from a fault's effect to its heal.",
			lines: []line{{"aftershock_faults_active" + ofRun, "{{fault}}"}},
		},
		{
			title: "Leader changes", unit: units.Short, steps: true,
			says:  "Leaders of a new term since the run began, each trial's first one left out.",
			lines: []line{{"aftershock_leader_changes_total" + ofRun, "leader changes"}},
		},
		{
			title: "Members that follow a leader", unit: units.Short, steps: true,
			says:  "As the members say themselves. One that is cut off from its leader is not.",
			lines: []line{{"sum by (run) (etcd_server_has_leader" + ofRun + ")", "members"}},
		},
	}},
	{"etcd's own", []panel{
		{
			title: "fsync and commit, P99", unit: units.Seconds, log: true,
			says: "How long a member's write-ahead log took to reach the disk, and its database to commit. " +
				"On tmpfs there is no disk.",
			lines: []line{
				{quantile(0.99, "etcd_disk_wal_fsync_duration_seconds", ofRun, "member"), "fsync {{member}}"},
				{quantile(0.99, "etcd_disk_backend_commit_duration_seconds", ofRun, "member"), "commit {{member}}"},
			},
		},
		{
			title: "Proposals", unit: units.OpsPerSecond,
			says: "Proposals a second that raft committed, and that failed, as each member saw it.",
			lines: []line{
				{rate("etcd_server_proposals_committed_total", ofRun, "member"), "committed {{member}}"},
				{rate("etcd_server_proposals_failed_total", ofRun, "member"), "failed {{member}}"},
			},
		},
		{
			title: "Pending proposals", unit: units.Short, steps: true,
			says:  "Proposals that wait to be committed. They pile up at a member that has no leader.",
			lines: []line{{"etcd_server_proposals_pending" + ofRun, "{{member}}"}},
		},
		{
			title: "Peer round trip", unit: units.Seconds,
			says: "The mean of what a member measured since it started. etcd looks five seconds after that, and " +
				"every 30 seconds if all is well: a rate would miss the first look, and short trials have no other. " +
				"A peer that has never answered counts as 0, and one that answers no more adds its last good value " +
				"every 5 seconds: no peer looks slow because it is gone.",
			lines: []line{{
				"sum by (member) (etcd_network_peer_round_trip_time_seconds_sum" + ofRun + ") / " +
					"sum by (member) (etcd_network_peer_round_trip_time_seconds_count" + ofRun + ")", "{{member}}",
			}},
		},
	}},
	{"The harness itself", []panel{
		{
			title: "Generator lag", unit: units.Seconds,
			says:  "How late the load generator was in the trial that ended last, as P99 of all releases.",
			lines: []line{{"aftershock_generator_lag_seconds" + ofRun, "lag"}},
		},
		{
			title: "Standstill", unit: units.Seconds,
			says:  "The longest time for which the harness itself stood still in the trial that ended last.",
			lines: []line{{"aftershock_standstill_seconds" + ofRun, "standstill"}},
		},
		{
			title: "Trials", unit: units.Short, steps: true,
			says:  "Trials that have ended.",
			lines: []line{{"aftershock_trials_total" + ofRun, "{{outcome}}"}},
		},
	}},
}
