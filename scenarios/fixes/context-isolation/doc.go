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
// On a live context Err is one atomic load, which 8000 times a batch already shows a little. On a cancelled one, Go
// 1.26 receives from the closed Done channel before it returns the error, and that takes the channel's lock
// (context/context.go, golang/go#80914). So the loop is cheap for as long as all is well, and much slower from the
// moment at which the cluster is in trouble; builders on several cores then contend for one lock.
//
// # Repair
//
// Ask once a batch. Every value of the batch gets the same answer, which is also what a reader of the batch
// expects. Nothing is detached: the batch has its context, and looks at it where the answer matters. This is
// context-isolation.
//
// The article's own repair is context-isolation-without-cancel: the loop asks for each series as before, and asks
// context.WithoutCancel(ctx), whose Err is always nil. Both are in after.go, and are compared with the same before.
//
// # Cost
//
// Asked once, a loss of the leader in mid-batch is noticed with the next batch, a millisecond later.
//
// Detached, it is noticed never: no value carries the marker any more, and readers take a batch from after the loss
// for one from before it. The counter batches_unmarked has them. WithoutCancel drops the deadline as well, so that
// one has to be derived anew; a loop that asks a context which can say nothing may as well not ask.
//
// # What the article says
//
// That clientv3.WithRequireLeader cancels the caller's context, with P99 going from 120 to 230 us and throughput down
// by 48 %, and that context.Background() or context.WithoutCancel(parent) for all that happens in memory brings P99
// back to 115 us and the share of Err() in a profile down by 99.2 %. The first is false: WithRequireLeader adds a
// metadata header and nothing else; ctx.Err() of an open watch's context stays nil when its leader is lost. The
// cancelling is done by the application's own handler. It says nothing of asking once. The figures are the
// article's; these fixes measure their own.
//
// # What a user sees
//
// Dashboards lag and one core is busier while the cluster has no leader, in a service that "only reads its context".
package contextisolation
