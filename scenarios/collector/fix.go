package collector

import "aftershock/results"

// Fix is a defect of the collector and its repair: each arm puts its implementation into the seam that differs.
type Fix struct {
	results.Fix
	Before, After func(*Seams)
}

// Guards are the figures that no arm of a fix may win by making worse.
var Guards = []results.Metric{
	{Name: "goodput", Phase: results.UnderTrigger},
	{Name: "partial"},
	{Name: "publish_goodput", Phase: results.Steady},
	{Name: "staleness_p50", Phase: results.Steady},
}
