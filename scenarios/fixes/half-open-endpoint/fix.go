package halfopenendpoint

import (
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/lookups"
)

// Fix compares how many lookups are answered in time while the connection to one endpoint of three is half-open. No member
// loses its leader, and so there is no window under a trigger: all is judged over the whole fault.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "half-open-endpoint",
		Summary:  "a client of several endpoints that waits for one that is gone -> a deadline an attempt, and keep-alives",
		Scenario: "half-open-endpoint",
		Claim:    "one endpoint of three that is half-open costs a read in three",
		Primary:  results.Metric{Name: "lookup_goodput", Phase: results.InFault},
		Price: results.Price{
			Metric: results.Metric{Name: lookups.WireAttempts},
			Says:   "a member that is slow and not gone is asked twice",
		},
		Guards: []results.Metric{
			{Name: "goodput", Phase: results.InFault}, {Name: "partial"},
			{Name: "publish_goodput", Phase: results.Steady}, {Name: collector.Age, Phase: results.Steady},
			{Name: collector.Age, Phase: results.InFault},
			{Name: "lookup_goodput", Phase: results.Steady},
		},
		Trigger: results.Trigger{
			Counter: collector.PublishesOpen, Unit: "publications",
			Says: "publications through the same link without an answer",
		},
	},
	Counters: []ops.Counter{
		{Name: collector.PublishesOpen, Unit: "publications"}, {Name: lookups.AttemptsUnanswered, Unit: "attempts"},
		{Name: lookups.WireAttempts, Unit: "attempts", Better: ops.Lower},
	},
	Before: func(s *collector.Seams) { s.NewReader = newBefore },
	After:  func(s *collector.Seams) { s.NewReader = newAfter },
	Constants: map[string]string{
		"patience":         "a deadline for each try is the repair, and before has none",
		"keepAliveTime":    "a keep-alive is the repair, and before has none: the client comes without",
		"keepAliveTimeout": "as keepAliveTime",
	},
}
