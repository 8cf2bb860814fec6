// Package coupledtick is one context for two things: a request to etcd, and the work that comes after it.
//
// # Defect
//
// Every now and then a batch is a tick, which needs the service's configuration. The tick has 100 ms. Under that context it
// reads the configuration from etcd, and under what is left of it its batch is built; building looks at the context between
// one part of the series and the next, and stops when it is done. See before.go.
//
// # Cause
//
// The read is linearizable, as etcd's reads are by default, and so it needs the leader. While all is well it takes a
// millisecond or two, by which every tick is late. On a member without a leader it has no answer, and waits until its
// deadline (etcd#8673); while leadership moves it is asked again, by the member or by the client, which costs tens of
// milliseconds of the tick's hundred (it hung before etcd#9566). Then little or nothing is left to build under. The batch
// lacks what has not been built, or has none of its series, although all of them lay ready in memory and not one depends on
// etcd.
//
// # Repair
//
// A tick takes the configuration that is known, and asks for a newer one: in the background, one read at a time, with a
// deadline of the read's own, ended and waited for with the service. Its batch is built under a context that no deadline
// ends. See after.go.
//
// # Cost
//
// A tick's configuration is as old as the last read that was answered, while there is no leader as old as the loss. A
// service that needs a newer one keeps the read in the tick. It should then report by an error that there was no
// configuration, rather than by half a batch.
//
// # What the article says
//
// Nothing of a read that shares its context with the work behind it. It says to isolate contexts, which is right here as
// well, though no context of etcd's client cancels anything: the deadline is the application's own.
//
// # What a user sees
//
// Gaps in every tenth point of a graph while etcd has no leader, and latency in steps of the tick's deadline, in a service
// that has all it needs in its memory.
package coupledtick
