package collector

// The counters that the collector keeps beside latency, in every run.
const (
	UnderCancelled = "batches_under_cancelled_context"
	HeldAcrossRPC  = "lock_held_across_rpc_leaderless"
	LeasesLost     = "leases_lost"
	ScrapesFailed  = "scrapes_failed"
)

// The rest are kept only in runs of a fix that declares them.
const (
	LogLines     = "log_lines"     // that came out of the log's pipe
	CancelParent = "cancel_parent" // how long it took, in ns, to cancel the context under which all requests were begun
	// LeaderlessTicks were begun while the cluster had no leader.
	LeaderlessTicks = "ticks_begun_leaderless"
)
