// Package contextisolation is the article's headline, done honestly: a cancelled context in the loop that fills a map.
//
// # Defect
//
// The collector's watch handler and its map building share a context. When the watch reports that the cluster has lost
// its leader (ErrNoLeader), the handler cancels that context, so that readers learn that the values are stale. The
// builder asks ctx.Err() for each series. See before.go.
//
// # Cause
//
// On a live context Err is one atomic load, which 8000 times a batch already shows a little. On a cancelled one, Go 1.26
// receives from the closed Done channel before it returns the error, and that takes the channel's lock
// (context/context.go, golang/go#80914). So the loop is cheap for as long as nobody looks, and much slower from the moment
// at which the cluster is in trouble; builders on several cores then contend for one lock.
//
// # Repair
//
// Detach the loop from the context: ask once a batch. Every value of the batch gets the same answer, which is also what
// a reader of the batch expects. See after.go.
//
// # Cost
//
// A loss of the leader in mid-batch is noticed with the next batch, a millisecond later.
//
// # What the article says
//
// That clientv3.WithRequireLeader cancels the caller's context, with P99 going from 120 to 230 us and throughput down
// by 48 %. The first half is false: WithRequireLeader adds a metadata header and nothing else; ctx.Err() of an open
// watch's context stays nil when its leader is lost. The cancelling is done by the application's own handler. The
// figures are the article's; this fix measures its own.
//
// # What a user sees
//
// Dashboards lag and one core is busier while the cluster has no leader, in a service that "only reads its context".
package contextisolation
