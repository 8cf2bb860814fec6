package watchlease

import (
	"slices"

	"aftershock/results"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"
)

// Fixes compares two codes that isolate the context with the one that shares it: one renews the lease, and the other is
// the article's. The first is judged by how long the entry is not in the registry, which needs no phase: the isolation
// is shorter than the TTL, so that no time of it has to be lost. The article's is judged by how often the entry goes:
// it never comes back, in either arm, so that for how long is a bound. It is not expected to be better than the defect:
// what it lacks needs no fault to show.
var Fixes = []collector.Fix{
	fix("watch-lease-isolation", "a context for each", registry.Unregistered, results.Price{
		Metric: results.Metric{Name: registry.Renewals},
		Says:   "what is renewed under a context of its own is renewed through the loss as well",
	}, newIsolated),
	fix("watch-lease-article", "the article's correct code, which renews nothing", registry.Lost, results.Price{
		Metric: results.Metric{Name: registry.Unregistered},
		Says:   "what is not renewed is gone a TTL after it was entered, without any fault",
	}, newArticle),
	withoutBound(),
}

// withoutBound compares the article's code where it renews with the repair, and so has a before of its own. It takes no
// fault, but a trial in which the 30 s pass.
func withoutBound() collector.Fix {
	return collector.Fix{
		Fix: results.Fix{
			Name: "watch-lease-bounded", Family: "watch-lease",
			Summary:  "a keepalive under a time-out of 30 s, as the article has it -> one that ends with the service",
			Claim:    "a lease whose context has a time-out well above its TTL is not ended early",
			Article:  "30 s, no figure of what comes of it",
			Scenario: "registration-bounded",
			Primary:  results.Metric{Name: registry.Unregistered},
			Price: results.Price{
				Metric: results.Metric{Name: registry.Renewals},
				Says:   "what does not end after 30 s is renewed from there on as well",
			},
			Guards: append(slices.Clone(collector.SteadyGuards),
				results.Metric{Name: "publish_goodput",
					Phase: results.Steady}, results.Metric{Name: registry.LeasesLeft}),
		},
		Counters:  registry.Counters,
		Before:    func(s *collector.Seams) { s.NewRegistrar = newBounded },
		After:     func(s *collector.Seams) { s.NewRegistrar = newIsolated },
		Constants: map[string]string{"advised": "the article's time-out is the defect, and the repair is to have none"},
	}
}

func fix(name, repair, judged string, price results.Price, after func(part.Wire) registry.Registrar) collector.Fix {
	return collector.Fix{
		Fix: results.Fix{
			Name: name, Family: "watch-lease", Summary: "a watch and a keepalive under one context -> " + repair,
			Claim:    "a watch and a lease that share a context lose the lease; isolating the context keeps it",
			Scenario: "registration-isolated",
			Primary:  results.Metric{Name: judged},
			Price:    price,
			Guards:   append(slices.Clone(collector.Guards), results.Metric{Name: registry.LeasesLeft}),
			Trigger: results.Trigger{
				Counter: collector.UnderCancelled, Unit: "batches",
				Says: "batches begun while the watch had reported ErrNoLeader",
			},
		},
		Counters: registry.Counters,
		Before:   func(s *collector.Seams) { s.NewRegistrar = newShared },
		After:    func(s *collector.Seams) { s.NewRegistrar = after },
	}
}
