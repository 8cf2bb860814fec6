// Package halfopenendpoint is a client of three members, one of which has gone without a word.
//
// # Defect
//
// A client knows all members, so that one that is lost does not matter. Apart from that it is the default client. See
// before.go.
//
// # Cause
//
// The client keeps a connection to each endpoint and sends its calls to one after the other (round_robin, client/v3
// internal/resolver). It takes an endpoint out when its connection breaks. A connection that is half-open does not
// break: the member lost power, or a firewall has forgotten it, and no one is left who would say so. TCP takes what is
// sent and waits. So one call in three is never received, and waits for its deadline; the client does not repeat what
// has not failed.
//
// # Repair
//
// Two things, because they work on different times. A read gives each attempt a short deadline of its own, and makes
// another one, which mostly goes to the next endpoint: that helps from the first read on. And DialKeepAliveTime, off by
// default, lets the connection itself be asked whether the other end is there: that takes it out for all calls, watches
// and leases as well, but gRPC does not ask more often than every 10 s, whatever is configured (google.golang.org/grpc,
// WithKeepaliveParams). See after.go.
//
// # Cost
//
// A member that is merely slow, slower than an attempt's deadline, is asked again and gets more work for it. A ping for each
// connection every 10 s. And this is for reads: a write whose attempt has timed out may have been committed, and asking again
// may write twice.
//
// The trial's fault is shorter than 10 s, so that what is measured is the deadline of attempts alone: one read in three is
// later by an attempt's deadline, and there are more attempts. That the connection is given up then is for fix_test.go.
//
// # What the article says
//
// Nothing. The field knows it well: kubernetes/kubernetes#46964 and #66312 (an API server that took twenty minutes to leave
// a member that was switched off, after TCP's fifteen retries), cortexproject/cortex#2278 (one dead connection, found after
// a long search). etcd-io/etcd#9495 asks for keep-alives by default, and has become stale; so each service finds it by itself.
//
// # What a user sees
//
// Of all members one is lost, and of all requests one in three times out; not for seconds, but for as long as TCP is patient,
// which can be a quarter of an hour. A restart of the service heals it.
package halfopenendpoint
