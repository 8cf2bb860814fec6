package arrows

import (
	"path"
	"strings"
)

// rule says what of ours a package may import. A name that ends in /* stands for all packages below.
type rule struct {
	pkg string
	may []string
}

// rules are the design's arrows, from the left wing to the right: cmd -> scenarios -> harness -> {chaos, results}.
var rules = []rule{
	{"cmd/aftershock", []string{
		"docs/examples", "scenarios", "scenarios/article", "scenarios/article/claims", "scenarios/fixes",
		"scenarios/selftest", "harness", "harness/suite", "chaos/faults", "chaos/plan",
		"results", "results/*", "internal/*",
	}},
	{"docs/examples", nil},
	{"docs/examples/*", nil},
	{"cmd/kills", []string{"harness", "harness/cluster", "results", "internal/*"}},

	{"scenarios", []string{
		"harness", "harness/load", "chaos/faults", "chaos/plan", "results", "results/*", "scenarios/collector",
		"scenarios/service", "internal/*",
	}},
	{"scenarios/service", []string{"harness", "harness/load", "results", "results/ops", "internal/*"}},
	{"scenarios/collector", []string{
		"harness", "harness/load", "results", "results/ops", "scenarios/collector/*", "internal/*",
	}},
	{"scenarios/collector/*", []string{
		"harness", "harness/load", "results", "results/ops", "scenarios/collector/part", "internal/*",
	}},
	{"scenarios/collector/registry/registrytest", []string{"scenarios/collector/part"}},
	{"scenarios/selftest", []string{
		"scenarios", "scenarios/fixes", "harness", "harness/suite", "harness/load/frozen", "chaos/faults", "chaos/plan",
		"results",
		"results/*", "internal/*",
	}},
	{"scenarios/article", []string{
		"scenarios", "scenarios/article/claims", "scenarios/fixes", "harness", "harness/suite", "chaos/faults",
		"chaos/plan", "results", "results/*", "internal/*",
	}},
	{"scenarios/article/claims", []string{"results", "results/report", "results/stat", "results/summary",
		"internal/*"}},
	{"scenarios/fixes", []string{
		"harness", "harness/load", "results", "results/ops", "scenarios/collector", "scenarios/collector/*",
		"scenarios/fixes/*", "scenarios/service", "internal/*",
	}},
	{"scenarios/fixes/*", []string{
		"harness", "harness/load", "results", "results/ops", "scenarios/collector", "scenarios/collector/*",
		"scenarios/precheck", "internal/*",
	}},
	{"scenarios/precheck", nil},

	{"harness", []string{
		"harness/*", "chaos", "chaos/faults", "chaos/plan", "results", "results/manifest", "results/ops",
		"results/hlog",
		"results/stat", "internal/*",
	}},
	{"harness/cluster", []string{"chaos", "chaos/network", "internal/*"}},
	{"harness/evidence", []string{"results", "internal/*"}},
	{"harness/noise", []string{"results", "internal/*"}},
	{"harness/noise/burn", nil},
	{"harness/preflight", nil},
	{"harness/suite", []string{"harness", "results", "internal/*"}},
	{"harness/probe", []string{"chaos", "internal/*"}},
	{"harness/vitals", []string{"results", "internal/*"}},
	{"harness/load", []string{"results/ops", "internal/*"}},
	{"harness/load/frozen", []string{"harness/load", "results/ops", "internal/*"}},

	{"chaos", []string{"chaos/network", "chaos/plan", "internal/*"}},
	{"chaos/chaostest", []string{"chaos", "chaos/network", "internal/*"}},
	{"chaos/faults", []string{"chaos", "chaos/network", "chaos/plan", "internal/*"}},
	{"chaos/network", []string{"internal/*"}},
	{"chaos/plan", values},

	{"results", []string{"internal/*"}},
	{"results/ops", []string{"internal/*"}},
	{"results/manifest", []string{"results", "internal/*"}},
	{"results/manifest/manifesttest", []string{"results", "results/manifest"}},
	{"results/hlog", []string{"results/ops", "internal/*"}},
	{"results/stat", nil},
	{"results/stat/*", []string{"results/stat", "results/stat/*"}},
	{"results/summary", []string{"results", "results/manifest", "results/ops", "results/stat", "internal/*"}},
	{"results/timeline", []string{"results", "results/ops", "results/stat", "internal/*"}},
	{"results/summary/record", []string{"results/summary"}},
	{"results/profile", []string{"results", "results/stat", "results/summary", "internal/*"}},
	{"results/gate", append([]string{"results", "results/stat", "results/summary"}, values...)},
	{"results/report", []string{
		"results", "results/gate", "results/hlog", "results/ops", "results/profile", "results/report/page",
		"results/stat",
		"results/summary", "results/timeline", "internal/*",
	}},
	{"results/report/page", nil},
	{"results/report/reporttest", []string{"results", "results/manifest/manifesttest", "results/ops"}},

	{"internal/*", []string{"internal/*"}},
	{"internal/document", values},
	{"internal/nearest", values},
	{"internal/problem", values},
	{"internal/units", values},
}

// values are the internal packages that know no clock and no process, so that pure packages may use them.
var values = []string{"internal/document", "internal/nearest", "internal/problem", "internal/units"}

// ruleFor finds the rule of a package: its own, or that of the nearest folder above it.
func ruleFor(rules []rule, pkg string) (rule, bool) {
	for pattern, dir := pkg, pkg; ; pattern = dir + "/*" {
		for _, r := range rules {
			if r.pkg == pattern {
				return r, true
			}
		}
		if dir = path.Dir(dir); dir == "." {
			return rule{}, false
		}
	}
}

// allows tells whether a package of ours may be imported.
func (r rule) allows(pkg string) bool {
	for _, may := range r.may {
		below, many := strings.CutSuffix(may, "*")
		if pkg == may || many && strings.HasPrefix(pkg, below) {
			return true
		}
	}
	return false
}
