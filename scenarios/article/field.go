package article

import "aftershock/scenarios/article/claims"

// field is what the article does not say: what those have found who run services on etcd, and what is true beside
// its claims.
var field = []claims.Claim{
	{
		Name: "growth", Chapter: claims.Field, Says: "growing in the middle of assignments costs the tail",
		Article: claims.NoFigure,
		Fixes:   by("map-growth-presized"), Rule: claims.Stands,
		Truth: "A table that is full is split or doubled within one assignment; one that is made with its size is " +
			"not. It is garbage as often as a map that grows.",
		Changed: "the article explains how a map grows and does not say what that costs; the presized arm shows " +
			"it, and the reused one, which allocates nothing either, no more",
	},
	{
		Name: "reused-map", Chapter: claims.Field,
		Says: "a map that is cleared and used again has a better tail than a new one", Article: claims.NoFigure,
		Fixes: by("map-growth-reused"), Rule: claims.Stands,
		Truth: "It has its room already, and allocates nothing.",
	},
	{
		Name: "asked-once", Chapter: claims.Field,
		Says: "asking the context once a batch instead of for each key mends the tail", Article: claims.NoFigure,
		Fixes: by("context-isolation"), Rule: claims.StandsIf,
		Truth: "It takes neither another context nor another deadline. " + whatItTakes,
		Changed: "it is this project's own repair; the article detaches the loop instead, which has a claim of " +
			"its own now",
	},
	{
		Name: "timeout-per-write", Chapter: claims.Field,
		Says: "a time-out that the application derives for each key slows map writes", Article: claims.NoFigure,
		Fixes: by("timeout-per-key"), Rule: claims.Stands,
		Truth:   "Nothing in etcd's client does that.",
		Changed: "the article says that etcd's client brings one time-out a request, and nothing of one a write",
	},
	{
		Name: "lock-across-rpc", Chapter: claims.Field,
		Says: "a lock that is held across a request stops all other work", Article: claims.NoFigure,
		Fixes: by("lock-across-rpc"), Rule: claims.StandsIf,
		Truth: "For as long as the publisher is patient, whenever its member has no leader.",
	},
	{
		Name: "coupled-tick", Chapter: claims.Field, Says: "one context for the read from etcd and for the build fails both", Article: claims.NoFigure,
		Fixes: by("coupled-tick"), Rule: claims.Stands,
		Truth: "A build that needs nothing of etcd waits for it, and is cut short with it.",
	},
	{
		Name: "require-leader", Chapter: claims.Field, Says: "a write on a member without a leader hangs until its deadline", Article: claims.NoFigure,
		Fixes: by("require-leader"), Rule: claims.Stands,
		Truth: "The client repeats it in silence; with WithRequireLeader it is refused at once, and " +
			"a caller that asks for that has to try again when there is a leader.",
	},
	{
		Name: "per-try-deadline", Chapter: claims.Field, Says: "a Put that went to a dying leader hangs beyond the election", Article: claims.NoFigure,
		Fixes: by("per-try-deadline"), Rule: claims.Stands,
		Truth: "For the server's own time-out, 5 s and two election time-outs; a deadline for each try ends it when there is a leader again.",
	},
	{
		Name: "dropped-proposal", Chapter: claims.Field, Says: "changes of leader surface as raw errors of writes", Article: claims.NoFigure,
		Fixes: by("dropped-proposal"), Rule: claims.Stands,
		Truth: "As codes.Unknown, \"raft proposal dropped\", which has no code of its own; it was not proposed, so that any write may be " +
			"tried again. ErrLeaderChanged is of linearizable reads, and no write gets it.",
	},
	{
		Name: "serializable-reads", Chapter: claims.Field, Says: "WithRequireLeader fails serializable reads that could be answered", Article: claims.NoFigure,
		Fixes: by("serializable-require-leader"), Rule: claims.Stands,
		Truth: "A serializable read needs no leader; asking for one gives its availability away.",
	},
	{
		Name: "retry-amplification", Chapter: claims.Field, Says: "the client's own retries multiply the load of an outage", Article: claims.NoFigure,
		Fixes: by("retry-amplification"), Rule: claims.Stands,
		Truth: "By its default a read is tried up to 100 times; a cap and a back-off bound it.",
	},
	{
		Name: "half-open", Chapter: claims.Field, Says: "a half-open connection goes on failing its share of requests", Article: claims.NoFigure,
		Fixes: by("half-open-endpoint"), Rule: claims.Stands,
		Truth: "Without keepalive no one notices; gRPC allows it every 10 s at most, so that a deadline a try is " +
			"needed as well.",
	},
	{
		Name: "watch-compaction", Chapter: claims.Field, Says: "a watch that was compacted away ends without a word", Article: claims.NoFigure,
		Fixes: by("watch-compaction"), Rule: claims.Stands,
		Truth: "It says so once, in a response that a plain range passes over; list anew, and watch from the revision after.",
	},
	{
		Name: "relist-herd", Chapter: claims.Field,
		Says: "watchers that all list anew at one moment cost all others their tail", Article: claims.NoFigure,
		Fixes: by("relist-herd"), Rule: claims.Stands,
		Truth: "A random wait before listing spreads them, and makes watchers blind for longer: its price is silent_watch, which is no " +
			"guard of the fix.",
	},
	{
		Name: "keepalive", Chapter: claims.Field, Says: "a service whose keepalive channel closed stays unregistered", Article: claims.NoFigure,
		Fixes: by("keepalive-supervisor"), Rule: claims.Stands,
		Truth: "The channel closes once; the service has to grant and put again.",
	},
	{
		Name: "orphan-lease", Chapter: claims.Field,
		Says: "the client renews a lease that no caller waits for any more", Article: claims.NoFigure,
		Fixes: by("orphan-lease"), Rule: claims.Stands,
		Truth: "Until the context of its KeepAlive ends: a context of its own for each lease, cancelled when its channel closes.",
	},
}
