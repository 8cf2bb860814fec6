package article

import "aftershock/results/claims"

// field is what the article misses: what those have found who run services on etcd.
var field = []claims.Claim{
	{
		Name: "lock-across-rpc", Chapter: claims.Field, Says: "a lock that is held across a request stops everybody", Article: claims.NoFigure,
		Fixes: by("lock-across-rpc"), Rule: claims.Stands,
		Truth: "For as long as the publisher is patient, whenever its member has no leader.",
	},
}
